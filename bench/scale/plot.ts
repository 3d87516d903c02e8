import { type Line, linePanel, svg } from '../drawing.js'
import type { LevelFigures } from './levels.js'
import type { ScaleResults } from './report.js'

const COLORS = { issue: '#1f6feb', wrong: '#c0392b', resend: '#8e44ad', right: '#2e8b57' } as const
const STORES = { memory: '#c0392b', redis: '#1f6feb' } as const

function costLines(figures: readonly LevelFigures[], which: 'micros' | 'serverMicros'): readonly Line[] {
  return Object.entries(COLORS).map(([verb, color]) => ({
    name: verb === 'issue' ? 'send' : verb,
    color,
    points: figures.map(({ costs, pending }) => [pending, costs[verb as keyof typeof COLORS][which]] as const),
  }))
}

/** Bytes and processor time against how many codes are pending. */
export function scalePanels(results: ScaleResults): string {
  const bytes = Object.entries(STORES).map(([name, color]) => ({
    name,
    color,
    points: results[name as keyof typeof STORES].map((level) => [level.pending, level.bytes] as const),
  }))
  const panels: readonly (readonly [string, readonly Line[]])[] = [
    ['bytes of a pending code, with all its counters', bytes],
    ['processor time of an operation in memory, microseconds', costLines(results.memory, 'micros')],
    ['processor time of an operation on Redis, microseconds of the app', costLines(results.redis, 'micros')],
    ['the same, microseconds of the server', costLines(results.redis, 'serverMicros')],
  ]
  const drawn = panels.map(([title, lines], index) => linePanel(title, lines, { top: 16 + index * 140, height: 90, unit: '', log: true }))
  return svg('What a code costs, by how many are pending', 16 + panels.length * 140, drawn)
}
