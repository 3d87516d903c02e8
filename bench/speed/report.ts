import { type Goal, goalsOf } from './goals.js'
import type { Spread } from './numbers.js'
import type { SpeedResults, TargetResult } from './results.js'
import { ROUTES, type RouteName } from './targets.js'

/** Everything that is printed. */
export function report(results: SpeedResults): string {
  const all = Object.values(results.targets)
  return [speedReport(all), redisTable(all), sizeTable(results), goalTable(goalsOf(results))].join('\n\n')
}

/** The part about speed alone. */
export function speedReport(targets: readonly TargetResult[]): string {
  return ROUTES.map((route) => routeTable(route, targets)).join('\n\n')
}

function routeTable(route: RouteName, targets: readonly TargetResult[]): string {
  const rows = targets.map(({ routes, title }) => {
    const { cpuMicroseconds, cpuRatio, p50, p99, p99Ratio, ratio, requestsPerSecond } = routes[route]
    return [
      title,
      requestsPerSecond.median.toFixed(0),
      between(ratio),
      between(cpuRatio),
      cpuMicroseconds.toFixed(0),
      p50.toFixed(1),
      p99.toFixed(1),
      p99Ratio.median.toFixed(2),
    ]
  })
  return table([[route, 'requests/s', 'ratio', 'ratio of CPU', 'CPU us', 'p50 ms', 'p99 ms', 'ratio of p99'], ...rows])
}

function redisTable(targets: readonly TargetResult[]): string {
  const rows = targets.flatMap(({ redisBytes, title, traffic }) =>
    traffic === undefined
      ? []
      : ROUTES.map((route, index) => {
          const { commands, roundTrips } = traffic[route]
          const bytes = index === 0 && redisBytes !== undefined ? `${redisBytes.used} (keys: ${namedBytes(redisBytes.keys)})` : ''
          return [index === 0 ? title : '', route, commands, String(roundTrips), bytes]
        }),
  )
  return table([['Redis', '', 'commands', 'round trips', 'bytes of a pending challenge'], ...rows])
}

function namedBytes(keys: Readonly<Record<string, number>>): string {
  return Object.entries(keys)
    .map(([name, bytes]) => `${name} ${bytes}`)
    .join(', ')
}

function sizeTable({ imports, installed, package: { packed, unpacked }, targets }: SpeedResults): string {
  const heaps = Object.values(targets).flatMap(({ heapBytes, title }) =>
    heapBytes === undefined ? [] : [['heap of a pending challenge', title, `${heapBytes} bytes`]],
  )
  const times = Object.entries(imports).map(([name, time]) => ['import', name, `${between(time, 1)} ms`])
  const sizes = Object.entries(installed).map(([name, { bytes, packages }]) => ['installed', name, `${packages} packages, ${kib(bytes)}`])
  return table([['size', '', ''], ...heaps, ...times, ['package', 'packed, unpacked', `${kib(packed)}, ${kib(unpacked)}`], ...sizes])
}

function goalTable(goals: readonly Goal[]): string {
  const verdict = ({ goal, least, measured, more }: Goal): string => {
    const reaches = (bound: number): boolean => (more ? measured >= bound : measured <= bound)
    return reaches(goal) ? 'reached' : reaches(least) ? 'acceptable' : 'MISSED'
  }
  return table([
    ['goal', 'measured', 'goal', 'at least', ''],
    ...goals.map((one) => [one.what, one.measured.toPrecision(3), String(one.goal), String(one.least), verdict(one)]),
  ])
}

/** `1.23 [1.10-1.40]` */
export function between({ max, median, min }: Spread, places = 2): string {
  return `${median.toFixed(places)} [${min.toFixed(places)}-${max.toFixed(places)}]`
}

/** `250 KiB` */
export function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KiB`
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
