// `npm run faults [-- --only=killed,hung --seconds=4]`: people log in at two processes of one app while something breaks. Prints a table and, after a run of all of them,
// writes it to bench/results/faults.json and docs/faults.md. Ends with 1 where anything happened that must not.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { intoPage } from '../markdown.js'
import { CLUSTER_FAULTS } from './cluster-faults.js'
import { OTHER_FAULTS } from './delivery-faults.js'
import type { Fault } from './fault.js'
import { REDIS_FAULTS } from './redis-faults.js'
import { table } from './report.js'
import { type Outcome, run } from './run.js'

const option = (name: string): string | undefined => process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)

const only = option('only')?.split(',')
const seconds = Number(option('seconds') ?? '4')
const FAULTS: readonly Fault[] = [...REDIS_FAULTS, ...CLUSTER_FAULTS, ...OTHER_FAULTS]
const chosen = FAULTS.filter(({ name }) => only === undefined || only.some((word) => name.includes(word)))

const outcomes: Outcome[] = []
for (const fault of chosen) {
  console.error(fault.name)
  outcomes.push(await run(fault, { seconds, people: 16 }))
}
console.log(table(outcomes))
for (const { broken, name } of outcomes) for (const what of broken) console.log(`${name}: ${what}`)
if (only === undefined) {
  const kept = JSON.stringify({ seconds, outcomes }, rounded, 2)
  mkdirSync('bench/results', { recursive: true })
  writeFileSync('bench/results/faults.json', `${kept}\n`)
  writeFileSync('docs/faults.md', intoPage(readFileSync('docs/faults.md', 'utf8'), table(JSON.parse(kept).outcomes)))
}
process.exitCode = outcomes.some(({ broken }) => broken.length > 0) ? 1 : 0

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value) : value
}
