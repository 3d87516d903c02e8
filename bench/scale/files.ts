import { readFileSync } from 'node:fs'
import { intoPage } from '../markdown.js'
import { significant } from '../speed/numbers.js'
import { scalePage } from './page.js'
import { scalePanels } from './plot.js'
import type { ScaleResults } from './report.js'

/** Files that a run writes, with what stands in each: the page is that of the working folder with its part renewed. */
export function filesOf(results: ScaleResults): Readonly<Record<string, string>> {
  const json = JSON.stringify(results, (_key, value) => (typeof value === 'number' ? significant(value) : value), 2)
  // Page and picture are made of what is kept, so that they can be made again.
  const kept: ScaleResults = JSON.parse(json)
  return {
    'bench/results/scale.json': `${json}\n`,
    'docs/images/scale.svg': scalePanels(kept),
    'docs/scale.md': intoPage(readFileSync('docs/scale.md', 'utf8'), scalePage(kept)),
  }
}
