import { markdownTable } from '../markdown.js'
import { significant } from '../speed/numbers.js'
import type { SoakOptions, SoakResult } from './run.js'
import type { Course, FigureName } from './verdict.js'

/** Everything that a run showed. */
export interface SoakResults {
  readonly options: SoakOptions
  /** How many times as fast the clock of codes and limits runs. */
  readonly speed: number
  readonly results: Readonly<Record<string, SoakResult>>
}

const TITLES: Readonly<Record<string, string>> = { memory: 'in memory', redis: 'on Redis' }

const ROWS: readonly (readonly [title: string, name: FigureName, read: (median: number) => string])[] = [
  ['heap after a collection', 'heapUsed', megabytes],
  ['resident memory', 'rss', megabytes],
  ['`used_memory` of Redis', 'redisBytes', megabytes],
  ['open handles', 'handles', String],
  ['records; in Redis keys, sessions included', 'kept', String],
]

/** The part of docs/soak.md that a run writes. */
export function soakPage({ options, results, speed }: SoakResults): string {
  const all = Object.entries(results)
  const cells = (title: string, read: (result: SoakResult) => string): string[] => [title, ...all.map(([, result]) => read(result))]
  const hours = significant((options.minutes * speed) / 60, 3)
  return [
    `A run of ${options.minutes} minutes, ${hours} hours by the clock of codes and limits. Each figure is the middle one after the warm-up, with what its slope adds while it is watched.`,
    markdownTable([
      ['', ...all.map(([name]) => TITLES[name] ?? name)],
      cells('requests', ({ requests }) => String(requests)),
      ...ROWS.map(([title, name, read]) => cells(title, ({ courses }) => courseOf(courses[name], read))),
      cells('handles before the load, and after it', ({ handles }) => `${sum(handles.before)}, ${sum(handles.after)}`),
      cells('records left when all lifetimes were over', ({ left }) => String(left)),
      cells('answers of 500 and more, connections that broke', ({ broken }) => String(broken)),
      cells('longest that the process stood still', ({ stoodStillMs }) => `${stoodStillMs} ms`),
      cells('verdict', ({ verdict }) => (verdict.length === 0 ? 'nothing grows, nothing stays open, nothing broke' : verdict.join('; '))),
    ]),
    '![Memory, handles and records over the minutes](images/soak.svg)',
  ].join('\n\n')
}

function courseOf({ growth, median }: Course, read: (median: number) => string): string {
  return median === 0 ? '' : `${read(significant(median))}, ${growth < 0 ? '' : '+'}${(100 * growth).toFixed(1)} %`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
