import { bars, svg, text, WIDTH } from '../drawing.js'
import { broken, refusedOf2000 } from './report.js'
import { MONTH } from './scenario.js'
import type { SenderName } from './simulate.js'
import type { Figures } from './tally.js'

const COLORS: Readonly<Record<string, string>> = {
  unprotected: '#c0392b',
  default: '#1f6feb',
  'default, no help': '#8e44ad',
  strict: '#2e8b57',
}

const HEIGHT = 320

/** What the pumper cost up to each day, on a logarithmic scale. */
export function lossLines(runs: ReadonlyMap<SenderName, Figures>): string {
  const left = 70
  const [top, bottom] = [40, HEIGHT - 40]
  const most = Math.ceil(Math.log10(Math.max(10, ...[...runs.values()].flatMap(({ costByDay }) => costByDay))))
  const x = (day: number): number => left + ((WIDTH - left - 170) * day) / MONTH.days
  const y = (cost: number): number => bottom - ((bottom - top) * Math.max(0, Math.log10(Math.max(1, cost)))) / most
  const grid = Array.from({ length: most + 1 }, (_, power) => {
    const at = y(10 ** power).toFixed(1)
    return `<path d="M${left} ${at}H${WIDTH - 170}" stroke="#ddd"/>${text(left - 8, Number(at) + 4, (10 ** power).toLocaleString('en'), 'end')}`
  })
  const lines = [...runs].map(([name, { costByDay }], index) => {
    const points = [0, ...costByDay].map((cost, day) => `${x(day).toFixed(1)},${y(cost).toFixed(1)}`).join(' ')
    const end = costByDay.at(-1) ?? 0
    const line = `<polyline points="${points}" fill="none" stroke="${COLORS[name]}" stroke-width="2.5"/>`
    return (
      line + text(WIDTH - 164, y(end) + (name === 'unprotected' ? 4 : 14 * index - 24), `${name} ${end.toFixed(0)}`, 'start', COLORS[name])
    )
  })
  const days = [0, 10, 20, 30].filter((day) => day <= MONTH.days).map((day) => text(x(day), bottom + 18, `day ${day}`, 'middle'))
  return svg('What a pumper costs each sender in a month', HEIGHT, [
    text(20, 22, 'Paid for the messages of a pumper, in all'),
    ...grid,
    ...lines,
    ...days,
  ])
}

/** Five figures of each sender, side by side. */
export function barPanels(unprotected: Figures, presets: Readonly<Record<string, Figures>>): string {
  const all = Object.entries({ unprotected, ...presets })
  const hours = ({ longestMinutes }: { readonly longestMinutes: number }): number => longestMinutes / 60
  const panels: readonly [string, (figures: Figures) => number, number][] = [
    ['accounts broken', broken, 0],
    ['messages a day to one bombed', ({ actors }) => actors.bomber.delivered / MONTH.bombed / MONTH.days, 0],
    ['honest logins refused, of 2000', refusedOf2000, 2],
    ['longest wait on a known device, hours', ({ lockouts }) => hours(lockouts.known), 2],
    ['longest wait on a new device, hours', ({ lockouts }) => hours(lockouts.unknown), 1],
  ]
  const drawn = panels.map(([title, figure, places], panel) => {
    const top = 16 + panel * (16 * all.length + 12)
    const values = all.map(([name, figures]) => [name, figure(figures)] as const)
    const drawnBars = values.map(([name, value]) => ({ name, value, color: COLORS[name] ?? '', label: value.toFixed(places) }))
    const most = Math.max(...values.map(([, value]) => value))
    return text(20, top + 26, title) + bars(top, drawnBars, { left: 360, most, width: WIDTH - 480 })
  })
  return svg('What a month of abuse does to each sender', 16 + panels.length * (16 * all.length + 12), drawn)
}
