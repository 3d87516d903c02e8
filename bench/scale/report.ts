import { significant } from '../speed/numbers.js'
import { table } from '../speed/report.js'
import type { LevelFigures } from './levels.js'

/** Everything that a run showed. */
export interface ScaleResults {
  readonly machine: { readonly processor: string; readonly cores: number; readonly node: string }
  readonly memory: readonly LevelFigures[]
  readonly redis: readonly LevelFigures[]
  readonly memorySms: readonly LevelFigures[]
  readonly redisSms: readonly LevelFigures[]
  readonly cluster: readonly LevelFigures[]
  readonly clusterSms: readonly LevelFigures[]
}

const VERBS = ['issue', 'wrong', 'resend', 'right'] as const

/** What one level's operations cost against those of the first one. */
export function ratios(figures: readonly LevelFigures[], which: 'micros' | 'serverMicros'): readonly Readonly<Record<string, number>>[] {
  const [first] = figures
  return figures.map(({ costs }) => Object.fromEntries(VERBS.map((verb) => [verb, costs[verb][which] / (first?.costs[verb][which] ?? 1)])))
}

/** A table for the terminal: one line for each store and level. */
export function summary({ machine, ...stores }: ScaleResults): string {
  const head = [
    'store',
    'pending',
    'bytes',
    'keys',
    'fill s',
    'sweep ms',
    ...VERBS.flatMap((verb) => [verb, 'x', 'server', 'x', 'commands']),
  ]
  const lines = Object.entries(stores).flatMap(([name, figures]) => {
    const [own, servers] = [ratios(figures, 'micros'), ratios(figures, 'serverMicros')]
    return figures.map(({ bytes, costs, fillSeconds, keys, pending, sweepMs }, index) => [
      name,
      String(pending),
      bytes.toFixed(0),
      keys.join('+'),
      fillSeconds.toFixed(0),
      sweepMs.toFixed(1),
      ...VERBS.flatMap((verb) => {
        const { commands, micros, serverMicros } = costs[verb]
        const [x, y] = [own[index]?.[verb] ?? Number.NaN, servers[index]?.[verb] ?? Number.NaN]
        return [significant(micros, 3), x.toFixed(2), significant(serverMicros, 3), y.toFixed(2), commands.toFixed(2)].map(String)
      }),
    ])
  })
  return `${machine.processor}, ${machine.cores} cores, Node ${machine.node}; microseconds of processor time\n${table([head, ...lines])}`
}

/** The highest level. */
export function last(figures: readonly LevelFigures[]): LevelFigures {
  const level = figures.at(-1)
  if (level === undefined) throw new Error('no level was measured')
  return level
}

/** `1 000 000` */
export function count(figure: number): string {
  return (figure >= 100 ? Math.round(figure) : significant(figure, 3)).toLocaleString('en').replaceAll(',', ' ')
}
