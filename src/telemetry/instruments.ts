import type { Attributes, Meter } from '@opentelemetry/api'

/** Every counter: unit (UCUM) and what it counts. */
export const COUNTERS = {
  'otp.codes.issued': ['{code}', 'Codes that were created'],
  'otp.codes.decoyed': ['{code}', 'Of those created, codes that went to nobody'],
  'otp.codes.verified': ['{code}', 'Codes that were proved, once their challenge is complete'],
  'otp.deliveries': ['{message}', 'Messages that were handed to a transport'],
  'otp.message.parts': ['{part}', 'Parts of messages that went out, or may have'],
  'otp.spend': ['{currency}', 'Cost of messages that went out, or may have, by the price table'],
  'otp.refusals': ['{request}', 'Sends and guesses that a limit refused'],
  'otp.guard.decisions': ['{message}', 'Decisions of the guard of paid channels'],
  'otp.receipts': ['{receipt}', 'Reports of vendors'],
  'otp.alerts': ['{alert}', 'Events that an operator wants to hear of'],
} as const

/** Every histogram, likewise. */
export const HISTOGRAMS = {
  'otp.send.duration': ['s', 'Time until a send or resend is answered'],
  'otp.verify.duration': ['s', 'Time until a guess is answered'],
  'otp.delivery.duration': ['s', 'Time until a transport has taken a message, or not'],
  'otp.store.duration': ['s', 'Time until the store has decided'],
} as const

/** Those of HTTP durations in the semantic conventions of OpenTelemetry; the default ones are made for milliseconds. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Writes metrics. */
export interface Instruments {
  count(name: keyof typeof COUNTERS, attributes: Attributes, amount?: number): void
  time(name: keyof typeof HISTOGRAMS, seconds: number, attributes: Attributes): void
}

/** Makes each instrument when it is first used, so that an SDK which starts after `createOtp` is not missed. */
export function instruments(meter: () => Meter): Instruments {
  const made = new Map<string, (value: number, attributes: Attributes) => void>()
  function instrument(
    name: string,
    make: () => (value: number, attributes: Attributes) => void,
  ): (value: number, attributes: Attributes) => void {
    const known = made.get(name)
    if (known !== undefined) return known
    const fresh = make()
    made.set(name, fresh)
    return fresh
  }
  return {
    count(name, attributes, amount = 1) {
      instrument(name, () => {
        const [unit, description] = COUNTERS[name]
        const counter = meter().createCounter(name, { unit, description })
        return (value, of) => counter.add(value, of)
      })(amount, attributes)
    },
    time(name, seconds, attributes) {
      instrument(name, () => {
        const [unit, description] = HISTOGRAMS[name]
        const histogram = meter().createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: BOUNDARIES } })
        return (value, of) => histogram.record(value, of)
      })(seconds, attributes)
    },
  }
}
