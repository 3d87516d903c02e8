import { svg, text } from '../drawing.js'
import type { Panel } from './panels.js'

const COLORS = ['#1f6feb', '#e0823d', '#2e8b57', '#c0392b', '#8e5bb5', '#7a5a3a', '#d668a5', '#7f7f7f']
const [WIDTH, HEIGHT] = [480, 240]
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 118, 40, 30]
const COLUMNS = 2

/** All panels, two in a row. `hours` is what the time axis spans. */
export function dashboard(title: string, panels: readonly Panel[], hours: number): string {
  const drawn = panels.map((panel, index) => {
    const [x, y] = [(index % COLUMNS) * WIDTH, Math.floor(index / COLUMNS) * HEIGHT]
    return `<g transform="translate(${x} ${y})">${draw(panel, hours)}</g>`
  })
  return svg(title, HEIGHT * Math.ceil(panels.length / COLUMNS), drawn, WIDTH * COLUMNS)
}

function draw({ kind, series, title }: Panel, hours: number): string {
  const rows = [...series]
    .filter(([, values]) => values.some((value) => value > 0 || (kind === 'lines' && value === 0)))
    .slice(0, COLORS.length)
  const length = Math.max(2, ...rows.map(([, values]) => values.length))
  const layers = kind === 'stacked' ? stack(rows.map(([, values]) => values)) : rows.map(([, values]) => ({ low: undefined, high: values }))
  const most = ceiling(Math.max(...layers.flatMap(({ high }) => high.filter((value) => !Number.isNaN(value))), 0))
  const x = (index: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * index) / (length - 1)
  const y = (value: number): number => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - TOP) * value) / most
  const at = (value: number, index: number): string => `${x(index).toFixed(1)},${y(value).toFixed(1)}`
  const grid = [0, 0.5, 1].map((part) => {
    const level = y(most * part)
    const line = `<path d="M${LEFT} ${level.toFixed(1)}H${WIDTH - RIGHT}" stroke="#ddd"/>`
    return line + text(LEFT - 6, level + 4, String(Number((most * part).toPrecision(3))), 'end')
  })
  const times = Array.from({ length: hours + 1 }, (_, hour) =>
    text(x(((length - 1) * hour) / hours), HEIGHT - BOTTOM + 16, `${hour} h`, 'middle'),
  )
  const shapes = layers.map(({ high, low }, index) => {
    const color = COLORS[index]
    if (low !== undefined) {
      const outline = [...high.map(at), ...low.map(at).reverse()]
      return `<polygon points="${outline.join(' ')}" fill="${color}" fill-opacity="0.8"/>`
    }
    const points = high.flatMap((value, step) => (Number.isNaN(value) ? [] : [at(value, step)]))
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`
  })
  const legend = rows.map(([name], index) => text(WIDTH - RIGHT + 8, TOP + 10 + index * 16, name, 'start', COLORS[index]))
  return [text(LEFT, 22, title), ...grid, ...shapes, ...times, ...legend].join('')
}

function stack(rows: readonly (readonly number[])[]): { readonly low: readonly number[]; readonly high: readonly number[] }[] {
  let low: readonly number[] = rows[0]?.map(() => 0) ?? []
  return rows.map((values) => {
    const high = values.map((value, index) => value + (low[index] ?? 0))
    const layer = { low, high }
    low = high
    return layer
  })
}

/** The next of 1, 2, 5, 10, 20 ... */
function ceiling(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power
}
