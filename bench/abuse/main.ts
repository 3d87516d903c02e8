// `npm run bench:abuse`: a month of honest people and attackers, in front of each preset and of a sender without protection. The core's use cases are called in this process, on
// `memoryStore` and a clock that jumps: no HTTP, no waiting.
import { mkdirSync, writeFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { barPanels, lossLines } from './plot.js'
import { summary, table } from './report.js'
import { MONTH } from './scenario.js'
import type { SenderName } from './simulate.js'
import type { Figures } from './tally.js'

const NAMES: readonly SenderName[] = ['unprotected', 'default, no help', 'default', 'strict']

function run(name: SenderName): Promise<readonly [SenderName, Figures]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: name })
    worker.once('message', (figures: Figures) => resolve([name, figures]))
    worker.once('error', reject)
  })
}

const runs = new Map(await Promise.all(NAMES.map(run)))
const { unprotected, ...presets } = Object.fromEntries(runs)
if (unprotected === undefined) throw new Error('no figures')
console.log(table(runs))

mkdirSync('bench/results', { recursive: true })
const results = Object.fromEntries([...runs].map(([name, figures]) => [name, summary(figures, unprotected)]))
const { campaigns, ...scenario } = MONTH
writeFileSync(
  'bench/results/abuse.json',
  `${JSON.stringify({ scenario: { ...scenario, campaigns: campaigns.length }, ...results }, null, 2)}\n`,
)
mkdirSync('docs/images', { recursive: true })
writeFileSync('docs/images/abuse-loss.svg', lossLines(runs))
writeFileSync('docs/images/abuse-month.svg', barPanels(unprotected, presets))
