import { markdownTable } from '../markdown.js'
import { between, kib } from './report.js'
import type { SpeedResults, TargetResult } from './results.js'
import { ROUTES, type RouteName } from './targets.js'

const HEADS: Readonly<Record<RouteName, string>> = { send: 'send', wrong: 'wrong code', right: 'right code' }

/** A hyphen at which no line ends. */
const UNBROKEN = '\u2011'

/** What the README shows of all that docs/performance.md has. */
const SHORT = ['bare', 'reference', 'hand-written', 'better-auth', 'behind', 'ahead'].map((app) => `${app}/redis`)

/** The part of docs/performance.md that a run writes. */
export function speedPage(results: SpeedResults): string {
  const { targets } = results
  const all = Object.values(targets)
  return [
    about(results),
    '![Requests per second, as a multiple of the reference](images/speed.svg)',
    '### Requests per second',
    'As a multiple of the reference on the same store; in brackets the lowest and the highest of all pairs.',
    byRoute(all, ({ ratio }) =>
      ratio.min === 1 && ratio.max === 1 ? '1' : between(ratio, ratio.median < 0.1 ? 3 : 2).replace('-', UNBROKEN),
    ),
    '### Processor time',
    'Microseconds of the app for one request; in brackets how many times as many the reference takes.',
    byRoute(all, ({ cpuMicroseconds, cpuRatio }) => `${cpuMicroseconds.toFixed(0)} (${times(cpuRatio.median)})`),
    '### Time of an answer',
    'Milliseconds while every connection is busy: the middle one and the 99th of a hundred; in brackets the latter as a multiple of the reference.',
    byRoute(all, ({ p50, p99, p99Ratio }) => `${p50.toFixed(1)}, ${p99.toFixed(1)} (${times(p99Ratio.median)})`),
    '### Commands and round trips of Redis',
    'What one request asks, in brackets what runs inside of a script, and how often Redis has to read for it.',
    byRoute(all, (_, route, { traffic }) => traffic && `\`${traffic[route].commands || 'none'}\` ${traffic[route].roundTrips}`),
    '### Bytes of a pending challenge',
    'With its session and all its counters: heap of the app, or memory of Redis with its tables and, in brackets, the keys alone.',
    markdownTable([['', 'bytes'], ...all.flatMap((target) => bytesRow(target))]),
    '### Start and size',
    'Milliseconds of an import in a fresh process; bytes of the package as published, and of what npm installs with it, without optional peers.',
    markdownTable([['', 'import'], ...Object.entries(results.imports).map(([name, time]) => [name, `${between(time, 1)} ms`])]),
    markdownTable([['', 'packages', 'size'], ...sizeRows(results)]),
  ].join('\n\n')
}

/** The part of the README that a run writes. */
export function readmePart({ machine, run, targets }: SpeedResults): string {
  const rows = SHORT.flatMap((name) => {
    const target = targets[name]
    if (target === undefined) return []
    const ratios = ROUTES.map((route) => target.routes[route].ratio.median.toFixed(2))
    return [[target.title, ...ratios, target.redisBytes === undefined ? '' : String(target.redisBytes.used)]]
  })
  const head = ['', ...ROUTES.map((route) => HEADS[route]), 'Redis bytes of a pending code']
  return [
    '## Speed',
    `Requests per second, as a multiple of Express with express-session on Redis, touched once; \`npm run bench\`, the median of ${2 * run.rounds} pairs on ${machine.cores} cores:`,
    markdownTable([head, ...rows]),
    'In memory, processor time, p99, Redis commands, start and size: [docs/performance.md](docs/performance.md).',
    '![Requests per second](docs/images/speed.svg)',
  ].join('\n\n')
}

function about({ machine, run }: SpeedResults): string {
  const where = `${machine.processor}, ${machine.cores} cores, Node ${machine.node}, Redis ${machine.redis}`
  const pinned = machine.pinned ? '' : ' Nothing was pinned to a core there.'
  const how = `${run.connections} connections, ${2 * run.rounds} pairs of slices of ${run.sliceMs} ms for each app and route`
  return `On ${where}; ${how}, in ${run.minutes} minutes.${pinned}`
}

type Cell = (figures: TargetResult['routes'][RouteName], route: RouteName, target: TargetResult) => string | undefined

function times(ratio: number): string {
  return ratio.toFixed(ratio < 0.1 ? 3 : 2)
}

/** A row for each target that has such cells. */
function byRoute(targets: readonly TargetResult[], cell: Cell): string {
  const rows = targets.flatMap((target) => {
    const cells = ROUTES.map((route) => cell(target.routes[route], route, target))
    return cells.every((one) => one !== undefined) ? [[target.title, ...cells]] : []
  })
  return markdownTable([['', ...ROUTES.map((route) => HEADS[route])], ...rows])
}

function bytesRow({ heapBytes, redisBytes, title }: TargetResult): readonly (readonly string[])[] {
  if (redisBytes !== undefined) {
    const keys = Object.entries(redisBytes.keys).map(([name, bytes]) => `\`${name}\` ${bytes}`)
    return [[title, `${redisBytes.used} (${keys.join(', ')})`]]
  }
  return heapBytes === undefined ? [] : [[title, String(heapBytes)]]
}

function sizeRows({ installed, package: { packed, unpacked } }: SpeedResults): readonly (readonly string[])[] {
  const published = ['express-otp as published', '1', `${kib(packed)} packed, ${kib(unpacked)} unpacked`]
  return [published, ...Object.entries(installed).map(([name, { bytes, packages }]) => [`${name} installed`, String(packages), kib(bytes)])]
}
