import fc from 'fast-check'
import { CHANNEL_NAMES, type ChannelName } from '../../src/ports/message.js'
import type { Receipt } from '../../src/ports/receipt.js'
import type { Limits } from '../../src/ports/store.js'

/** One call of one verb, or one step of the clock, in words that need no knowledge of what happened before. */
export type Step = Wait | Issue | Renew | Verify | Confirm | Attach | Find | Withdraw | Cancel | Redeem | Release | Label | Note

interface Wait {
  readonly verb: 'wait'
  readonly seconds: number
}

interface Issue {
  readonly verb: 'issue'
  readonly recipients: readonly number[]
  /** Whose id is used again: 0 for the newest challenge's; mostly nobody's. */
  readonly again: number | undefined
  readonly fields: Fields
  readonly codes: readonly Code[]
  readonly origin: number
  readonly isKnownDevice: boolean | undefined
}

/** Which challenge a step means: 0 for the newest, 1 for the one before. */
interface About {
  readonly back: number
}

interface Renew extends About {
  readonly verb: 'renew'
  /** Other fields than the challenge has. */
  readonly fields: Fields | undefined
  /** Mostly new ones for the channels that the challenge has. */
  readonly codes: readonly Code[] | undefined
  /** Another budget than the challenge has. */
  readonly failuresPerDay: number | undefined
  readonly origin: number
  readonly isKnownDevice: boolean | undefined
  readonly keep: boolean
}

interface Verify extends About {
  readonly verb: 'verify'
  readonly fields: Fields | undefined
  readonly guesses: readonly (readonly Guessed[])[]
  readonly origin: number
  readonly isKnownDevice: boolean | undefined
  readonly grantSeconds: number
  readonly maxAgeSeconds: number | undefined
  readonly delegates: boolean | undefined
  readonly recalls: boolean | undefined
}

interface Confirm extends About {
  readonly verb: 'confirm'
  readonly which: number
  /** Which code is meant, by what is sealed with it: as it was issued, renewed or attached. */
  readonly as: 'issued' | 'renewed' | 'attached'
  readonly fields: Fields | undefined
  readonly origin: number
  readonly isKnownDevice: boolean | undefined
  readonly grantSeconds: number
  readonly takeBack: boolean
  readonly recalls: boolean | undefined
}

interface Attach extends About {
  readonly verb: 'attach'
  readonly which: number
  /** Of which send: 0 for the newest one. */
  readonly earlier: number
  /** Whether the code is compared from now on. */
  readonly isDigested: boolean
}

interface Find extends About {
  readonly verb: 'find'
}

interface Withdraw extends About {
  readonly verb: 'withdraw'
  /** Which send of the challenge failed: 0 for the newest, 1 for the one before. */
  readonly send: number
  readonly giveBack: boolean
}

interface Cancel extends About {
  readonly verb: 'cancel'
}

interface Redeem extends About {
  readonly verb: 'redeem'
  readonly fields: Fields | undefined
  readonly maxAgeSeconds: number
  readonly once: boolean
}

interface Release {
  readonly verb: 'release'
  readonly recipient: number
}

interface Label extends About {
  readonly verb: 'label'
  readonly message: number
  /** Which code of the challenge the message carried. */
  readonly which: number
  /** Of which send: 0 for the newest one. */
  readonly earlier: number
}

interface Note {
  readonly verb: 'note'
  readonly message: number
  readonly status: Receipt['status']
}

export interface Fields {
  readonly intent: string
  readonly user: string
  readonly context: string
  readonly mode: 'any' | 'all'
  readonly maxAttempts: number
  readonly ttlSeconds: number
  readonly failuresPerDay: number | undefined
}

export interface Code {
  readonly channel: ChannelName
  readonly recipient: number
  readonly digest: number
  readonly isAging: boolean
  /** True where a vendor keeps it. */
  readonly isDelegated: boolean
}

export interface Guessed {
  /** Which code of the challenge is meant; with `stray` which channel, whatever the challenge asked for. */
  readonly which: number
  readonly stray: boolean
  readonly digest: number
}

/** Everything that one random world does, and under which limits. */
export interface Story {
  readonly limits: Limits
  readonly steps: readonly Step[]
}

const small = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max })
// Most calls must meet the challenge that they mean, or nothing ever happens.
const mostly = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 6 }, { arbitrary: fc.constantFrom<T>(...others), weight: 1 })
const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 9 }, { arbitrary: value, weight: 1 })

const fields: fc.Arbitrary<Fields> = fc.record({
  intent: mostly('login', 'transfer "\u00fc\u20ac"'),
  user: mostly('', 'somebody'),
  context: mostly('', 'amount'),
  mode: fc.constantFrom('any', 'all', 'all'),
  maxAttempts: small(5),
  ttlSeconds: fc.constantFrom(30, 30, 300, 600),
  failuresPerDay: mostly(undefined, 2, 4),
})
const code: fc.Arbitrary<Code> = fc.record({
  channel: fc.constantFrom(...CHANNEL_NAMES),
  recipient: fc.nat(1),
  digest: mostly(0, 2, 3),
  isAging: fc.boolean(),
  isDelegated: fc.constantFrom(false, false, true),
})
const codes = fc.uniqueArray(code, { minLength: 1, maxLength: 3, selector: (one) => one.channel })
const guessed: fc.Arbitrary<Guessed> = fc.record({ which: fc.nat(3), stray: mostly(false, true), digest: fc.constantFrom(0, 0, 1, 1, 2) })
const recipients = fc.oneof(
  { arbitrary: fc.nat(2).map((one) => [one]), weight: 3 },
  { arbitrary: fc.shuffledSubarray([0, 1, 2], { minLength: 2 }), weight: 2 },
)
const back = mostly(0, 1, 2, 3, 4)
const origin = mostly(1, 0, 2)
const isKnownDevice = fc.constantFrom(undefined, false, true)
const seconds = fc.oneof(
  { arbitrary: fc.constantFrom(0.001, 1, 10, 20, 29.999, 30), weight: 8 },
  { arbitrary: fc.integer({ min: 0, max: 60 }), weight: 2 },
  { arbitrary: fc.constantFrom(600, 3599.999, 3600, 86_400, 31 * 86_400), weight: 1 },
)

const step: fc.Arbitrary<Step> = fc.oneof(
  // A story that fails shrinks to one in which most steps are the first kind.
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant({ verb: 'wait', seconds: 0 } as const) },
  { weight: 4, arbitrary: fc.record({ verb: fc.constant('wait'), seconds }) },
  {
    weight: 7,
    arbitrary: fc.record({ verb: fc.constant('issue'), recipients, again: rarely(fc.nat(2)), fields, codes, origin, isKnownDevice }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      verb: fc.constant('renew'),
      back,
      fields: rarely(fields),
      codes: rarely(codes),
      failuresPerDay: mostly(undefined, 2, 4),
      origin,
      isKnownDevice,
      keep: fc.boolean(),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      verb: fc.constant('verify'),
      back,
      fields: rarely(fields),
      guesses: fc.oneof(
        { weight: 30, arbitrary: fc.array(fc.array(guessed, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }) },
        { weight: 1, arbitrary: fc.constant([[]]) },
      ),
      origin,
      isKnownDevice,
      grantSeconds: fc.constantFrom(0, 60),
      maxAgeSeconds: mostly(undefined, 10, 30),
      delegates: fc.constantFrom(undefined, true, true),
      recalls: fc.constantFrom(undefined, true),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      verb: fc.constant('confirm'),
      back,
      which: fc.nat(3),
      as: mostly<Confirm['as']>('issued', 'renewed', 'attached'),
      fields: rarely(fields),
      origin,
      isKnownDevice,
      grantSeconds: fc.constantFrom(0, 60),
      takeBack: fc.boolean(),
      recalls: fc.constantFrom(undefined, true),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ verb: fc.constant('attach'), back, which: fc.nat(3), earlier: mostly(0, 1), isDigested: mostly(false, true) }),
  },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('find'), back }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('withdraw'), back, send: fc.nat(2), giveBack: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('cancel'), back }) },
  {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constant('redeem'),
      back,
      fields: rarely(fields),
      maxAgeSeconds: fc.constantFrom(30, 300),
      once: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('release'), recipient: fc.nat(2) }) },
  {
    weight: 3,
    arbitrary: fc.record({ verb: fc.constant('label'), back, message: fc.nat(3), which: fc.nat(3), earlier: mostly(0, 1) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ verb: fc.constant('note'), message: fc.nat(3), status: fc.constantFrom('sent', 'delivered', 'failed') }),
  },
)

const limits: fc.Arbitrary<Limits> = fc.record({
  cooldownSeconds: fc.array(mostly(0, 1, 30), { maxLength: 3 }),
  recipientSendsPerHour: small(20),
  recipientSendsPerDay: small(30),
  recipientSendsPerDayInAll: small(40),
  recipientSendsPerHourFromOneBlock: small(15),
  knownDeviceSendsPerHour: small(3),
  pendingPerRecipient: small(5),
  failuresBeforePause: small(20),
  pauseSeconds: fc.constantFrom(1, 30),
  maxPauseSeconds: fc.constantFrom(60, 3600),
  failuresBeforeDisabled: fc.integer({ min: 2, max: 20 }),
  knownDeviceFailuresBeforeDisabled: small(10),
  recipientFailuresPerDay: fc.integer({ min: 2, max: 20 }),
  failureMemorySeconds: fc.constantFrom(3600, 30 * 86_400),
  blockSendsPerHour: small(40),
  blockRecipientsPerHour: mostly(3, 1, 2),
  blockCallingCodesPerHour: mostly(3, 1, 2),
  blockFailuresPerHour: fc.oneof(small(5), small(30)),
})

/** Stories of `least` steps to twice as many. */
export function stories(least: number): fc.Arbitrary<Story> {
  return fc.record({ limits, steps: fc.array(step, { minLength: least, maxLength: 2 * least, size: 'max' }) })
}
