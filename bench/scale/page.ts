import { markdownTable } from '../markdown.js'
import { significant } from '../speed/numbers.js'
import { hundredMillion } from './hundred-million.js'
import type { LevelFigures } from './levels.js'
import { count, last, ratios, type ScaleResults } from './report.js'

/** In the order of a code's life. */
const VERBS = ['issue', 'wrong', 'right', 'resend'] as const

const TITLES = {
  memory: 'memory, e-mail',
  memorySms: 'memory, SMS',
  redis: 'one Redis, e-mail',
  redisSms: 'one Redis, SMS',
  cluster: 'cluster of three, e-mail',
  clusterSms: 'cluster of three, SMS',
} as const

/** The part of docs/scale.md that a run writes. */
export function scalePage(results: ScaleResults): string {
  const { machine } = results
  const most = Math.max(...results.redis.map(({ pending }) => pending))
  return [
    `On ${machine.processor}, ${machine.cores} cores, Node ${machine.node}, with up to ${count(most)} codes pending.`,
    '![What a code costs, by how many are pending](images/scale.svg)',
    '### Bytes and commands',
    'Of the highest level of each. Bytes are heap, or `used_memory` of all servers; calls are what the app sends for one operation, and times the processor time that it takes, in microseconds: send, wrong code, right code, resend.',
    markdownTable([
      ['', 'pending', 'bytes of each', 'keys of each', 'script calls', 'µs of the app', 'µs of the servers'],
      ...costRows(results),
    ]),
    '### As more of them are pending',
    'What one operation takes, as a multiple of what it takes at the lowest level: of the app, and of the server.',
    markdownTable([['', 'pending', 'bytes of each', ...VERBS.map(named), 'sweep'], ...growthRows(results)]),
    'The last column is for how long `memoryStore` would stand still if it swept everything in one go.',
    '### Spread over masters',
    'Keys of each master, and operations a second with a hundred in flight, all of it on one machine that also runs the app.',
    markdownTable([['', 'keys', ...VERBS.map(named)], ...spreadRows(results)]),
    '### A hundred million',
    ...hundredMillion(results),
  ].join('\n\n')
}

function costRows(results: ScaleResults): readonly (readonly string[])[] {
  return stores(results).map(([title, figures]) => {
    const { bytes, costs, keys, pending } = last(figures)
    const each = (read: (cost: (typeof costs)[(typeof VERBS)[number]]) => string): string =>
      VERBS.map((verb) => read(costs[verb])).join(', ')
    const isServed = costs.issue.commands > 0
    return [
      title,
      count(pending),
      count(significant(bytes, 2)),
      String(significant(total(keys) / pending, 3)),
      isServed ? each(({ commands }) => String(significant(commands, 2))) : '',
      each(({ micros }) => count(significant(micros, 2))),
      isServed ? each(({ serverMicros }) => count(significant(serverMicros, 2))) : '',
    ]
  })
}

function growthRows({ memory, redis }: ScaleResults): readonly (readonly string[])[] {
  const rows = (title: string, figures: readonly LevelFigures[], which: 'micros' | 'serverMicros'): readonly (readonly string[])[] =>
    ratios(figures, which).map((ratio, index) => {
      const { bytes, pending, sweepMs } = figures[index] ?? last(figures)
      const sweep = title === 'memory' ? `${significant(sweepMs, 2)} ms` : ''
      return [title, count(pending), count(significant(bytes, 2)), ...VERBS.map((verb) => (ratio[verb] ?? Number.NaN).toFixed(2)), sweep]
    })
  return [
    ...rows('memory', memory, 'micros'),
    ...rows('Redis, the app', redis, 'micros'),
    ...rows('Redis, the server', redis, 'serverMicros'),
  ]
}

function spreadRows({ cluster, clusterSms, redisSms, redis }: ScaleResults): readonly (readonly string[])[] {
  const near = redis.find(({ pending }) => pending >= last(cluster).pending) ?? last(redis)
  const all = [
    [TITLES.redis, near],
    [TITLES.cluster, last(cluster)],
    [TITLES.redisSms, last(redisSms)],
    [TITLES.clusterSms, last(clusterSms)],
  ] as const
  return all.map(([title, { costs, keys }]) => [
    title,
    keys.map(count).join(', '),
    ...VERBS.map((verb) => count(significant(costs[verb].perSecond, 2))),
  ])
}

function stores(results: ScaleResults): readonly (readonly [string, readonly LevelFigures[]])[] {
  // Their keys are those of the titles.
  return (Object.keys(TITLES) as (keyof typeof TITLES)[]).map((name) => [TITLES[name], results[name]] as const)
}

function named(verb: (typeof VERBS)[number]): string {
  return { issue: 'send', wrong: 'wrong code', right: 'right code', resend: 'resend' }[verb]
}

function total(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0)
}
