import { readFileSync } from 'node:fs'
import { intoPage } from '../markdown.js'
import { significant } from '../speed/numbers.js'
import { type SoakResults, soakPage } from './page.js'
import { soakPanels } from './plot.js'

/** Files that a run writes, with what stands in each: the page is that of the working folder with its part renewed. */
export function filesOf(all: SoakResults): Readonly<Record<string, string>> {
  const json = JSON.stringify(all, (_key, value) => (typeof value === 'number' ? significant(value, 7) : value))
  // Page and picture are made of what is kept, so that they can be made again.
  const kept: SoakResults = JSON.parse(json)
  return {
    'bench/results/soak.json': `${json}\n`,
    'docs/images/soak.svg': soakPanels(kept.results),
    'docs/soak.md': intoPage(readFileSync('docs/soak.md', 'utf8'), soakPage(kept)),
  }
}
