import { bars, svg, text, WIDTH } from '../drawing.js'
import type { SpeedResults } from './results.js'
import { ROUTES, type RouteName } from './targets.js'

const TITLES: Readonly<Record<RouteName, string>> = {
  send: 'send a code',
  wrong: 'judge a wrong code',
  right: 'log in with a right code',
}

const [OURS, OTHERS] = ['#1f6feb', '#777']

/** Requests per second of every target as a multiple of the reference on its store, route by route. */
export function ratioBars({ machine, run, targets }: SpeedResults): string {
  const all = Object.entries(targets).filter(([name]) => !name.startsWith('passwordless'))
  const most = Math.max(...all.flatMap(([, { routes }]) => ROUTES.map((route) => routes[route].ratio.median)))
  const [left, width] = [330, WIDTH - 330 - 90]
  const height = 34 + all.length * 16
  const panels = ROUTES.map((route, panel) => {
    const top = 70 + panel * height
    const drawn = all.map(([name, { routes, title }]) => {
      const value = routes[route].ratio.median
      return { name: title, value, color: name.startsWith('behind') || name.startsWith('ahead') ? OURS : OTHERS, label: value.toFixed(2) }
    })
    const one = (left + width / most).toFixed(1)
    const line = `<path d="M${one} ${top - 2}V${top + all.length * 16}" stroke="#c0392b" stroke-dasharray="3 3"/>`
    return text(20, top - 8, TITLES[route], 'start', '#000') + bars(top, drawn, { left, most, width }) + line
  })
  const about = `${machine.processor}, Node ${machine.node}, ${run.connections} connections, median of ${2 * run.rounds} pairs`
  return svg('Requests per second, as a multiple of a session that is touched once', 70 + ROUTES.length * height, [
    text(20, 20, 'Requests per second; 1.00 is express-session touched once, on the same store.'),
    text(20, 36, about),
    ...panels,
  ])
}
