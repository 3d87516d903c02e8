// `npm run bench:soak -- --minutes 30`: the login example in memory and on Redis under a mixed load, on a clock that runs fast, and whether anything grows. Prints a verdict,
// writes bench/results/soak.json, docs/images/soak.svg and the table of docs/soak.md; below .cache/bench-look where it is shorter than 30 minutes. Fails where something grows, stays
// open or breaks.
import { parseArgs } from 'node:util'
import { significant } from '../speed/numbers.js'
import { LOOK, writeFiles } from '../write-files.js'
import { SPEED } from './fast-clock.js'
import { filesOf } from './files.js'
import { lastLine, type SoakOptions, soak, type Variant } from './run.js'

/** Below it the warm-up is most of it. */
const WHOLE_MINUTES = 30
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

writeFiles(filesOf({ options, speed: SPEED, results }), minutes < WHOLE_MINUTES ? LOOK : '.')
if (Object.values(results).some(({ verdict }) => verdict.length > 0)) process.exitCode = 1
