import { linePanel, svg } from '../drawing.js'
import type { SoakResult } from './run.js'
import { type FigureName, figure } from './verdict.js'

const COLORS: Readonly<Record<string, string>> = { memory: '#c0392b', redis: '#1f6feb' }
const MIB = 1024 * 1024

const PANELS: readonly (readonly [title: string, name: FigureName, scale: number])[] = [
  ['heap after a collection, MiB', 'heapUsed', MIB],
  ['resident memory of the app, MiB', 'rss', MIB],
  ['memory of Redis, MiB', 'redisBytes', MIB],
  ['open handles', 'handles', 1],
  ['records (in Redis: keys, sessions included)', 'kept', 1],
]

/** Five figures over the minutes of a run, one line for each variant. */
export function soakPanels(results: Readonly<Record<string, SoakResult>>): string {
  const panels = PANELS.map(([title, name, scale], index) => {
    const shown = Object.entries(results).filter(([, { samples }]) => samples.some((sample) => figure(sample, name) > 0))
    const lines = shown.map(([variant, { samples }]) => ({
      name: variant,
      color: COLORS[variant] ?? '#333',
      points: samples.map((sample) => [sample.seconds / 60, figure(sample, name) / scale] as const),
    }))
    return linePanel(title, lines, { top: 16 + index * 130, height: 84, unit: 'min' })
  })
  return svg('A soak: memory, handles and records over the minutes', 16 + PANELS.length * 130, panels)
}
