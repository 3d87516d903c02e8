// `npm run bench:soak -- --minutes 30`: the login example in memory and on Redis under a mixed load, on a clock that runs fast, and whether anything grows. Prints a verdict,
// writes bench/results/soak.json and docs/images/soak.svg. Fails where something grows, stays open or breaks.
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { significant } from '../speed/numbers.js'
import { SPEED } from './fast-clock.js'
import { soakPanels } from './plot.js'
import { lastLine, type SoakOptions, soak, type Variant } from './run.js'

const VARIANTS: readonly Variant[] = ['memory', 'redis']

const { values } = parseArgs({ allowPositionals: true, options: { minutes: { type: 'string', default: '30' } } })
const minutes = Number(values.minutes)
if (!(minutes > 0 && minutes <= 24 * 60)) throw new Error('--minutes is a number up to 1440')
const options: SoakOptions = { minutes, people: 30, restMs: 900, sampleSeconds: 10, filling: minutes < 5 ? 500 : 10_500 }

const results = Object.fromEntries(await Promise.all(VARIANTS.map(async (variant) => [variant, await soak(variant, options)] as const)))
for (const [variant, result] of Object.entries(results)) {
  const hours = ((minutes * SPEED) / 60).toFixed(0)
  console.log(`${variant}: ${result.requests} requests in ${minutes} minutes (${hours} hours of its clock); ${lastLine(result)}`)
  for (const [name, { growth, median, perHour }] of Object.entries(result.courses)) {
    console.log(`  ${name}: ${significant(median)}, ${significant(perHour)} an hour, ${(growth * 100).toFixed(1)} % while watched`)
  }
  console.log(`  stood still for ${result.stoodStillMs} ms at most`)
  console.log(`  ${result.left} records left when all lifetimes were over`)
  console.log(result.verdict.length === 0 ? '  nothing grows, nothing stays open, nothing broke' : `  ${result.verdict.join('; ')}`)
}

mkdirSync('bench/results', { recursive: true })
const rounded = JSON.stringify({ options, speed: SPEED, results }, (_key, value) =>
  typeof value === 'number' ? significant(value, 7) : value,
)
writeFileSync('bench/results/soak.json', `${rounded}\n`)
mkdirSync('docs/images', { recursive: true })
writeFileSync('docs/images/soak.svg', soakPanels(results))
if (Object.values(results).some(({ verdict }) => verdict.length > 0)) process.exitCode = 1
