import type { Scrapes } from './scrapes.js'

/** One panel of the dashboard, drawn from what was recorded. */
export interface Panel {
  /** As in docs/telemetry/dashboard.json. */
  readonly title: string
  readonly kind: 'stacked' | 'lines'
  readonly series: ReadonlyMap<string, readonly number[]>
}

/** The panels of docs/telemetry/dashboard.json, computed as its expressions say. `hour` is an hour in scrapes. */
export function panels({ increase, quantile }: Scrapes, hour: number): readonly Panel[] {
  const issued = increase('otp.codes.issued', 'otp.country', (attributes) => attributes['otp.renewed'] === false)
  const proved = increase('otp.codes.verified', 'otp.country')
  const conversion = [...issued].map(([country, counts]): readonly [string, readonly number[]] => {
    const [all, good] = [rolling(counts, hour), rolling(proved.get(country) ?? [], hour)]
    return [mailbox(country), all.map((count, index) => (count === 0 ? Number.NaN : (100 * (good[index] ?? 0)) / count))]
  })
  const seconds = ['send', 'verify', 'delivery', 'store'].map((what): readonly [string, readonly number[]] => [
    what,
    quantile(`otp.${what}.duration`, 0.95),
  ])
  const spend = [...increase('otp.spend', 'otp.country')].map(([country, sums]): readonly [string, readonly number[]] => [
    country,
    rolling(sums, hour),
  ])
  const wrong = increase('otp.verify.duration', 'otp.outcome', (attributes) => attributes['otp.outcome'] !== 'VERIFIED')
  return [
    { title: 'Sends by outcome', kind: 'stacked', series: increase('otp.send.duration', 'otp.outcome') },
    { title: 'Codes proved of those issued in the last hour, %', kind: 'lines', series: new Map(conversion) },
    { title: '95 of 100 are done within, s', kind: 'lines', series: new Map(seconds) },
    { title: 'Refusals by limit', kind: 'stacked', series: increase('otp.refusals', 'otp.limit') },
    { title: 'Spent in the last hour by country', kind: 'stacked', series: new Map(spend) },
    { title: 'Guesses that were not right', kind: 'stacked', series: wrong },
    { title: 'Deliveries by outcome', kind: 'stacked', series: increase('otp.deliveries', 'otp.outcome') },
    { title: 'Alerts', kind: 'stacked', series: increase('otp.alerts', 'otp.alert') },
  ]
}

function mailbox(country: string): string {
  return country === 'none' ? 'e-mail' : country
}

function rolling(values: readonly number[], length: number): readonly number[] {
  return values.map((_, index) => values.slice(Math.max(0, index + 1 - length), index + 1).reduce((sum, one) => sum + one, 0))
}
