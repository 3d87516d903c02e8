import type { ChannelName } from '../ports/message.js'

/**
 * What one part of a message costs, by channel and calling code without `+`; `default` for all others. Decimal strings with at most six places, in the one currency of the
 * application, below 1 000 000, e.g. `{ sms: { '33': '0.045', default: '0.06' }, email: { default: '0' } }`. What is not listed is free.
 */
export type PriceTable = Readonly<Partial<Record<ChannelName, Readonly<Record<string, string>>>>>

/** A price table, read. Amounts are whole millionths: no floating point touches money. */
export type Prices = ReadonlyMap<ChannelName, ReadonlyMap<string, number>>

const AMOUNT = /^(\d{1,9})(?:\.(\d{1,6}))?$/

/** Millionths of an amount such as `'0.045'`; `undefined` for what is none. */
export function readAmount(amount: unknown): number | undefined {
  const match = typeof amount === 'string' ? AMOUNT.exec(amount) : null
  return match === null ? undefined : Number(match[1]) * 1_000_000 + Number((match[2] ?? '').padEnd(6, '0'))
}

/** An amount of millionths as a decimal string with six places. */
export function writeAmount(millionths: number): string {
  const digits = String(Math.abs(millionths)).padStart(7, '0')
  return `${millionths < 0 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}

/** Above this, the price of a message with every part and channel that one may have could not be a whole number any more. */
const MAX_PRICE = 1_000_000 * 1_000_000

/** True for the price of a part: an amount below a million. */
export function isPrice(price: unknown): boolean {
  const millionths = readAmount(price)
  return millionths !== undefined && millionths < MAX_PRICE
}

/** Reads a table whose amounts were checked. */
export function readPrices(table: PriceTable | undefined): Prices {
  // A channel may be named and not given.
  const channels = Object.entries(table ?? {}).filter(([, prices]) => prices !== undefined) as [
    ChannelName,
    Readonly<Record<string, string>>,
  ][]
  return new Map(
    channels.map(([channel, prices]) => [channel, new Map(Object.entries(prices).map(([code, price]) => [code, readAmount(price) ?? 0]))]),
  )
}

/** What a message of so many parts costs, in millionths. */
export function priceOf(prices: Prices, channel: ChannelName, callingCode: string | undefined, parts: number): number {
  const table = prices.get(channel)
  return (table?.get(callingCode ?? '') ?? table?.get('default') ?? 0) * parts
}
