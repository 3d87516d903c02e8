import type { Limits } from '../../src/ports/store.js'
import type { Refusal } from './past.js'

export const HOUR = 3_600_000
export const DAY: number = 24 * HOUR

export function isForgotten(row: readonly number[], now: number, { failureMemorySeconds }: Limits): boolean {
  const last = row.at(-1)
  return last !== undefined && now - last >= failureMemorySeconds * 1000
}

export function first(refusals: readonly Refusal[], now: number): Refusal | undefined {
  return refusals.find(({ until }) => until > now)
}

/** The first instant from `now` on at which fewer than `limit` of these lie within the window. */
export function freeFrom(instants: readonly number[], limit: number, window: number, now: number): number {
  const candidates = [now, ...instants.map((at) => at + window)].filter((at) => at >= now).sort((a, b) => a - b)
  return candidates.find((at) => instants.filter((one) => one > at - window).length < limit) ?? now
}

export function cooldownEnd(instants: readonly number[], { cooldownSeconds }: Limits, now: number): number {
  const hour = instants.filter((at) => at > now - HOUR)
  const last = hour.at(-1)
  if (last === undefined) return now
  return last + (cooldownSeconds.slice(0, hour.length).at(-1) ?? 0) * 1000
}
