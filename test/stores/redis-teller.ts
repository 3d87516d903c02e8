import { createHash } from 'node:crypto'
import { CHANNEL_NAMES, type ChannelName } from '../../src/ports/message.js'
import type { Guess, Issued, Limits, NewAnswer, RenewDecision, Store } from '../../src/ports/store.js'
import type { TestClock } from '../../src/testing/test-clock.js'
import type { Code, Fields, Guessed, Step } from './redis-stories.js'

/** What a store is told; all stores of a story get the same calls with the same values. */
export type Call = (store: Store) => Promise<unknown>

/** Turns the steps of a story into calls, one after the other. */
export interface Teller {
  tell(step: Step): Call
  /** Hears what was decided: later steps shall mean challenges that exist. */
  hear(step: Step, decision: unknown): void
}

type Sent = Pick<Issued, 'now' | 'expiresAt'>

const RECIPIENTS = ['a', 'b', 'c'].map((name) => name.repeat(16))
const ORIGINS = ['', 'first-block', 'other-block']
const CALLING_CODES = ['1', '44', '']
const NOTHING: Fields = { intent: 'login', user: '', context: '', mode: 'any', maxAttempts: 5, ttlSeconds: 300, failuresPerDay: undefined }

/** Starts a story. */
export function teller(clock: TestClock, limits: Limits): Teller {
  const asked = [{ id: `${RECIPIENTS[0]}${tail(0)}`, fields: NOTHING, codes: [] as readonly Code[], sends: [] as Sent[] }]
  let number = 0

  function about({ back, fields }: { readonly back: number; readonly fields?: Fields | undefined }) {
    const challenge = asked.at(-1 - back) ?? asked[0]
    if (challenge === undefined) throw new Error('no challenge')
    const { intent, user, context } = fields ?? challenge.fields
    return { ...challenge, fields: fields ?? challenge.fields, bound: { id: challenge.id, intent, user, context } }
  }

  function tell(step: Step): Call {
    switch (step.verb) {
      case 'wait':
        clock.advance(step.seconds)
        return async () => undefined
      case 'issue': {
        number += 1
        const before = step.again === undefined ? undefined : asked.at(-1 - step.again)
        const id = before?.id ?? step.recipients.map((one) => RECIPIENTS[one] ?? '').join('') + tail(number)
        asked.push({ id, fields: step.fields, codes: step.codes, sends: [] })
        const answers = answersOf(step.codes, recipientsIn(id))
        const { fields, isKnownDevice } = step
        return (store) => store.issue({ id, ...fields, answers, origin: ORIGINS[step.origin] ?? '', isKnownDevice, limits })
      }
      case 'renew': {
        const { id, fields, codes } = about(step)
        const renewed = step.codes ?? codes.map((code) => ({ ...code, digest: 1 }))
        const answers = answersOf(renewed, recipientsIn(id))
        const resend = step.keep ? 'keep' : 'replace'
        const { isKnownDevice, failuresPerDay = fields.failuresPerDay } = step
        return (store) =>
          store.renew({ id, ...fields, failuresPerDay, answers, origin: ORIGINS[step.origin] ?? '', isKnownDevice, limits, resend })
      }
      case 'verify': {
        const { bound, codes } = about(step)
        const guesses = step.guesses.map((one) => guessOf(one, codes))
        const { grantSeconds, maxAgeSeconds, isKnownDevice, delegates, recalls } = step
        const more = { origin: ORIGINS[step.origin] ?? '', grantSeconds, maxAgeSeconds, isKnownDevice, delegates, recalls, limits }
        return (store) => store.verify({ ...bound, guesses, ...more })
      }
      case 'confirm': {
        const { bound, codes } = about(step)
        const { channel = 'sms', digest = 0 } = codes[step.which % Math.max(1, codes.length)] ?? {}
        const sealed = step.as === 'attached' ? `attached-${channel}` : sealedOf(channel, step.as === 'renewed' ? 1 : digest)
        const { grantSeconds, takeBack, isKnownDevice, recalls } = step
        const more = { channel, sealed, origin: ORIGINS[step.origin] ?? '', grantSeconds, takeBack, isKnownDevice, recalls, limits }
        return (store) => store.confirm({ ...bound, ...more })
      }
      case 'attach': {
        const { id, codes, sends } = about(step)
        const channel = codes[step.which % Math.max(1, codes.length)]?.channel ?? 'sms'
        const expiresAt = sends.at(-1 - step.earlier)?.expiresAt ?? clock.now() + 300_000
        const digest = step.isDigested ? digestOf(channel, 0) : undefined
        return async (store) => ({ outcome: await store.attach({ id, channel, expiresAt, sealed: `attached-${channel}`, digest }) })
      }
      case 'find':
        return (store) => store.find({ id: about(step).id, limits })
      case 'withdraw': {
        const { id, sends } = about(step)
        const issued = sends.at(-1 - step.send) ?? sends.at(-1) ?? { now: 0, expiresAt: 0 }
        return (store) => store.withdraw({ id, issued, giveBack: step.giveBack })
      }
      case 'cancel':
        return (store) => store.cancel({ id: about(step).id })
      case 'redeem':
        return (store) => store.redeem({ ...about(step).bound, maxAgeSeconds: step.maxAgeSeconds, once: step.once })
      case 'release':
        return (store) => store.release({ recipient: RECIPIENTS[step.recipient] ?? '' })
      case 'label': {
        const { id, codes, sends } = about(step)
        const channel = codes[step.which % Math.max(1, codes.length)]?.channel ?? 'sms'
        const expiresAt = sends.at(-1 - step.earlier)?.expiresAt ?? clock.now() + 300_000
        return (store) => store.label({ label: labelOf(step.message), id, channel, expiresAt, sealed: `sealed-${step.message}-${channel}` })
      }
      case 'note':
        return async (store) => {
          const decision = await store.note({ label: labelOf(step.message), status: step.status })
          // Looked at once: steps that find by chance what was just shown are rare.
          return { ...decision, shown: await Promise.all(asked.slice(-3).map(({ id }) => store.find({ id, limits }))) }
        }
    }
  }

  return {
    tell,
    hear(step, decision) {
      if (step.verb !== 'issue' && step.verb !== 'renew') return
      // What these two verbs answer.
      const { outcome, ...issued } = decision as RenewDecision
      if (outcome === 'issued') (step.verb === 'issue' ? asked.at(-1) : about(step))?.sends.push(issued as Sent)
      else if (step.verb === 'issue') asked.pop()
    },
  }
}

function recipientsIn(id: string): number {
  return Math.floor(id.length / 16) - 1
}

function labelOf(message: number): string {
  return `message-${message}`.padEnd(16, '-')
}

function tail(number: number): string {
  return createHash('sha256').update(String(number)).digest('base64url').slice(0, 22)
}

function answersOf(codes: readonly Code[], recipients: number): NewAnswer[] {
  return codes.map(({ channel, recipient, digest, isAging, isDelegated }) => ({
    channel,
    recipient: recipient % recipients,
    digest: isDelegated ? '' : digestOf(channel, digest),
    sealed: sealedOf(channel, digest),
    callingCode: CALLING_CODES[recipient % recipients] ?? '',
    isAging,
  }))
}

function sealedOf(channel: ChannelName, digest: number): string {
  return `sealed-${channel}-${digest}`
}

function guessOf(guessed: readonly Guessed[], codes: readonly Code[]): Guess {
  const entries = guessed.map(({ which, stray, digest }) => {
    const channel = (stray ? undefined : codes[which % codes.length]?.channel) ?? CHANNEL_NAMES[which] ?? 'sms'
    return [channel, [digestOf(channel, digest), digestOf(channel, 9), '']]
  })
  return Object.fromEntries(entries)
}

/** Codes differ by channel and number; number 0 is what most answers hold. */
function digestOf(channel: ChannelName, digest: number): string {
  return `${channel}-${digest}`.padEnd(22, '-')
}
