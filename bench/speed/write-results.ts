import { readFileSync } from 'node:fs'
import { intoPage } from '../markdown.js'
import { writeFiles } from '../write-files.js'
import { significant } from './numbers.js'
import { readmePart, speedPage } from './page.js'
import { ratioBars } from './plot.js'
import type { SpeedResults } from './results.js'

/** Files that a run writes, with what stands in each: pages are those of the working folder with their part renewed. */
export function filesOf(results: SpeedResults): Readonly<Record<string, string>> {
  const json = JSON.stringify(results, (_key, value) => (typeof value === 'number' ? significant(value, 5) : value), 2)
  // Pages and picture are made of what is kept, so that they can be made again.
  const kept: SpeedResults = JSON.parse(json)
  return {
    'bench/results/speed.json': `${json}\n`,
    'docs/images/speed.svg': ratioBars(kept),
    'docs/performance.md': intoPage(readFileSync('docs/performance.md', 'utf8'), speedPage(kept)),
    'README.md': intoPage(readFileSync('README.md', 'utf8'), readmePart(kept), 'speed'),
  }
}

/** Writes them below a folder. */
export function writeResults(results: SpeedResults, folder: string): void {
  writeFiles(filesOf(results), folder)
}
