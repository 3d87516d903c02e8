import { markdownTable } from '../markdown.js'
import type { Outcome } from './run.js'

const HEAD = ['fault', 'at send', 'at verify', 'codes lost, of those met', 'accepted twice', 'most guesses at one code', 'well again after']

/** A Markdown table of what was seen. */
export function table(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((one) => [
    one.name,
    seen(one, 'send'),
    seen(one, 'verify'),
    lost(one),
    String(one.acceptedTwice),
    String(one.mostWrong + 1),
    seconds(one.backMs),
  ])
  return markdownTable([HEAD, ...rows])
}

function seen({ seen: all }: Outcome, route: string): string {
  const kinds = all.filter((one) => one.route === route).sort((a, b) => b.count - a.count)
  return kinds.map(({ count, slowestMs, status }) => `${status === 0 ? 'none' : status} \u00d7 ${count}, ${seconds(slowestMs)}`).join('; ')
}

function lost({ codes, forgotten, gaveUp, spent }: Outcome): string {
  const kinds = [
    [spent, 'gone after a 503'],
    [forgotten, 'gone'],
    [gaveUp, 'given up'],
  ] as const
  const said = kinds.filter(([count]) => count > 0).map(([count, how]) => `${count} ${how}`)
  return `${said.length === 0 ? 'none' : said.join(', ')} of ${codes}`
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 100 ? 2 : 1)} s`
}
