import { createOtp, DEFAULT_LIMITS, INTENT_DEFAULTS, type Otp, type OtpOptions } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox, testClock } from 'express-otp/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECRET } from './helpers/door-app.js'

const sms = smsChannel({ transport: outbox() })
const email = emailChannel({ transport: outbox() })

function create(options: Record<string, unknown>): Otp {
  const otp = createOtp({ secret: SECRET, channels: [sms, email], ...options } as OtpOptions)
  onTestFinished(() => otp.close())
  return otp
}

function refusal(options: Record<string, unknown>): string {
  try {
    create(options)
  } catch (err) {
    expect(err).toMatchObject({ code: 'ERR_OTP_OPTION' })
    return (err as Error).message
  }
  return 'accepted'
}

const intent = (options: object): Record<string, unknown> => ({ intents: { pay: options } })

describe('createOtp', () => {
  it('has these defaults', () => {
    const otp = create({})
    expect([...otp.intents.keys()]).toEqual(['login'])
    expect(otp.intents.get('login')).toMatchObject({
      ...INTENT_DEFAULTS,
      channels: ['sms', 'email'],
      codeLength: 6,
      ttlSeconds: 300,
      maxAttempts: 5,
      resend: 'replace',
      grantSeconds: 300,
      stepUp: false,
      context: [],
      userBound: false,
    })
    expect(create(intent({})).intents.get('pay')).toMatchObject({ userBound: true })
    expect(create({ intents: { signup: {} } }).intents.get('signup')).toMatchObject({ userBound: false })
    expect(otp.channels).toEqual(['sms', 'email'])
    expect([otp.cooldownSeconds, otp.hasStore]).toEqual([[30, 60, 120], false])
    expect(DEFAULT_LIMITS).toEqual({
      cooldownSeconds: [30, 60, 120],
      recipientSendsPerHour: 5,
      recipientSendsPerDay: 10,
      recipientSendsPerDayInAll: 50,
      recipientSendsPerHourFromOneBlock: 3,
      knownDeviceSendsPerHour: 3,
      pendingPerRecipient: 3,
      failuresBeforePause: 10,
      pauseSeconds: 30,
      maxPauseSeconds: 3600,
      failuresBeforeDisabled: 80,
      knownDeviceFailuresBeforeDisabled: 20,
      recipientFailuresPerDay: 20,
      failureMemorySeconds: 30 * 86_400,
      blockSendsPerHour: 20,
      blockRecipientsPerHour: 10,
      blockCallingCodesPerHour: 3,
      blockFailuresPerHour: 30,
    })
  })

  it('takes `undefined` for "not given", everywhere', () => {
    const nothing = (names: readonly string[]): Record<string, undefined> => Object.fromEntries(names.map((name) => [name, undefined]))
    const otp = create({
      ...nothing(['store', 'service', 'host', 'clock', 'random', 'delivery', 'recipients', 'findRecipient', 'sandbox']),
      intents: {
        login: nothing(['channels', 'codeLength', 'ttlSeconds', 'maxAttempts', 'resend', 'grantSeconds', 'stepUp', 'context', 'userBound']),
      },
      limits: nothing(Object.keys(DEFAULT_LIMITS)),
    })
    expect(otp.intents.get('login')).toEqual(create({}).intents.get('login'))
    expect(otp.cooldownSeconds).toEqual([30, 60, 120])
  })

  it('T28 a limit given as `undefined` is the default, not none', async () => {
    const limits = Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((name) => [name, undefined]))
    const otp = create({ limits, store: memoryStore({ clock: testClock() }) })
    const caller = { tenant: '', userId: '', ip: '192.0.2.1', hold: () => Promise.resolve() }
    const outcomes: unknown[] = []
    for (let number = 0; number < 12; number++)
      outcomes.push((await otp.send({ ...caller, to: `+120688010${String(number).padStart(2, '0')}` })).ok)
    expect(outcomes).toEqual([...new Array(10).fill(true), false, false])
  })

  it.each<[Record<string, unknown>, string]>([
    [{ secert: 'x' }, 'createOtp: unknown option "secert". Did you mean "secret"?'],
    [{ channel: [sms] }, 'createOtp: unknown option "channel". Did you mean "channels"?'],
    [
      { secret: undefined },
      'createOtp: option "secret" is missing; it must be a random string of at least 32 characters, or a list of them',
    ],
    [
      { channels: undefined },
      'createOtp: option "channels" is missing; it must be an array of 1 to 4, each an object with parse(), word()',
    ],
    [{ channels: [] }, 'createOtp: option "channels" is []; it must be an array of 1 to 4, each an object with parse(), word()'],
    [
      { channels: [{ apiKey: 'sk' }] },
      'createOtp: option "channels" is an array; it must be an array of 1 to 4, each an object with parse(), word()',
    ],
    [{ channels: [sms, sms] }, 'createOtp: option "channels" has one channel twice'],
    [{ store: {} }, expect.stringMatching(/^createOtp: option "store" is \{\}; it must be an object with issue\(\), .*close\(\)$/)],
    [{ service: '' }, 'createOtp: option "service" is ""; it must be a name of 1 to 40 letters, digits, blanks and . , & \' + -'],
    [{ service: 'Acme\n' }, expect.stringContaining('option "service"')],
    [{ service: 'x'.repeat(41) }, expect.stringContaining('option "service"')],
    [{ service: '@acme #1' }, expect.stringContaining('option "service"')],
    [
      { host: 'https://acme.example' },
      'createOtp: option "host" is "https://acme.example"; it must be a lower-case host name, without scheme or path',
    ],
    [{ host: 'ACME.example' }, expect.stringContaining('option "host"')],
    [{ host: 'acme.example/x' }, expect.stringContaining('option "host"')],
    [{ host: 'acme.example\n' }, expect.stringContaining('option "host"')],
    [{ clock: Date.now() }, expect.stringContaining('it must be an object with now()')],
    [{ random: Math }, expect.stringContaining('it must be an object with integer(), bytes()')],
    [{ limits: 5 }, 'createOtp: option "limits" is 5; it must be an object'],
    [{ intents: [] }, 'createOtp: option "intents" is []; it must be an object'],
    [{ intents: {} }, 'createOtp: option "intents" is empty; it must name at least one'],
    [{ intents: { 'Log In': {} } }, 'createOtp: intent "Log In" must be 1 to 36 characters of a-z 0-9 _ -'],
    [{ intents: { ['x'.repeat(37)]: {} } }, expect.stringContaining('must be 1 to 36 characters')],
    [{ intents: { pay: 5 } }, 'createOtp intent "pay": options must be an object, not 5'],
  ])('refuses %o', (options, message) => {
    expect(refusal(options)).toEqual(message)
  })

  it.each<[unknown]>([
    ['x'.repeat(31)],
    [''],
    [5],
    [null],
    [['x'.repeat(31)]],
    [[]],
    [[SECRET, '']],
    [[SECRET, 5]],
    [new Array(9).fill(SECRET)],
  ])('T62 refuses the secret %o and does not repeat it', (secret) => {
    expect(refusal({ secret })).toBe(
      'createOtp: option "secret" is not acceptable; it must be a random string of at least 32 characters, or a list of them',
    )
  })

  it('T62 takes one secret of 32 characters, or several', () => {
    for (const secret of ['x'.repeat(32), [SECRET], [SECRET, 'y'.repeat(32)]]) expect(refusal({ secret })).toBe('accepted')
  })

  it('T61 does not repeat a secret that came instead of the options', () => {
    expect(() => createOtp(SECRET as never)).toThrow('createOtp: options must be an object, not a string')
  })
})

describe('options of an intent', () => {
  it.each<[object, string]>([
    [{ codeLength: 5 }, 'option "codeLength" is 5; it must be a whole number from 6 to 10'],
    [{ codeLength: 4 }, 'option "codeLength" is 4; it must be a whole number from 6 to 10'],
    [{ codeLength: 11 }, 'option "codeLength" is 11; it must be a whole number from 6 to 10'],
    [{ ttlSeconds: 29 }, 'option "ttlSeconds" is 29; it must be a whole number from 30 to 600'],
    [{ ttlSeconds: 601 }, 'option "ttlSeconds" is 601; it must be a whole number from 30 to 600'],
    [{ maxAttempts: 0 }, 'option "maxAttempts" is 0; it must be a whole number from 1 to 10'],
    [{ maxAttempts: 11 }, 'option "maxAttempts" is 11; it must be a whole number from 1 to 10'],
    [{ grantSeconds: 9 }, 'option "grantSeconds" is 9; it must be a whole number from 10 to 600'],
    [{ grantSeconds: 601 }, 'option "grantSeconds" is 601; it must be a whole number from 10 to 600'],
    [{ resend: 'again' }, 'option "resend" is "again"; it must be one of "replace", "keep"'],
    [{ channels: [] }, expect.stringContaining('option "channels" is []; it must be an array of 1 to 4')],
    [{ channels: ['fax'] }, expect.stringContaining('option "channels" is ["fax"]')],
    [{ channels: ['call'] }, 'option "channels" names "call", which is not configured'],
    [{ channels: ['sms', 'sms'] }, 'option "channels" has one channel twice'],
    [{ stepUp: 'yes' }, 'option "stepUp" is "yes"; it must be true or false'],
    [{ stepUp: true }, 'option "recipient" is missing; with "stepUp" the address comes from your records'],
    [{ secondFactor: true }, 'option "recipient" is missing; with "secondFactor" the address comes from your records'],
    [{ secondFactor: true, stepUp: true, recipient: () => undefined }, 'options "stepUp" and "secondFactor" exclude each other'],
    [{ secondFactor: true, recipient: () => undefined, userBound: false }, 'option "userBound" must not be false with "secondFactor"'],
    [{ allowOtherBrowser: true, userBound: false }, 'option "userBound" must not be false with "allowOtherBrowser"'],
    [{ rememberDeviceSeconds: 60 }, 'option "rememberDeviceSeconds" is 60; it must be a whole number from 3600 to 2592000'],
    [{ rememberDeviceSeconds: 3600 }, 'option "rememberDeviceSeconds" goes with "secondFactor: true" only'],
    [
      { stepUp: true, recipient: () => undefined, rememberDeviceSeconds: 3600 },
      'option "rememberDeviceSeconds" goes with "secondFactor: true" only',
    ],
    [{ recipient: () => undefined }, 'option "recipient" goes with "stepUp: true" or "secondFactor: true" only'],
    [{ stepUp: true, recipient: '+1206' }, 'option "recipient" is "+1206"; it must be a function'],
    [{ context: ['Amount'] }, expect.stringContaining('option "context" is ["Amount"]; it must be an array of 0 to 8, each a field name')],
    [{ context: ['__proto__'] }, expect.stringContaining('option "context"')],
    [{ context: 'amount' }, expect.stringContaining('option "context" is "amount"')],
    [{ userBound: 1 }, 'option "userBound" is 1; it must be true or false'],
    [{ ttl: 60 }, expect.stringContaining('unknown option "ttl". Known: ')],
    [{ ttlSecond: 60 }, 'unknown option "ttlSecond". Did you mean "ttlSeconds"?'],
    [{ maxAttempt: 3 }, 'unknown option "maxAttempt". Did you mean "maxAttempts"?'],
  ])('T12 T25 refuse %o at start', (options, message) => {
    const expected = typeof message === 'string' ? `createOtp intent "pay": ${message}` : message
    expect(refusal(intent(options))).toEqual(expected)
  })

  it('take their floors and ceilings', () => {
    for (const options of [
      { codeLength: 6, ttlSeconds: 30, maxAttempts: 1, grantSeconds: 10 },
      { codeLength: 10, ttlSeconds: 600, maxAttempts: 10, grantSeconds: 600, context: ['amount', 'payeeName_2'], userBound: false },
      { stepUp: true, recipient: () => undefined, channels: ['email'], resend: 'keep' },
    ]) {
      expect(create(intent(options)).intents.get('pay')).toMatchObject(options)
    }
  })
})

describe('limits', () => {
  const RANGES: Readonly<Record<string, readonly [number, number]>> = {
    recipientSendsPerHour: [1, 60],
    recipientSendsPerDay: [1, 200],
    recipientSendsPerDayInAll: [1, 1000],
    recipientSendsPerHourFromOneBlock: [1, 60],
    knownDeviceSendsPerHour: [1, 20],
    pendingPerRecipient: [1, 10],
    failuresBeforePause: [1, 20],
    pauseSeconds: [1, 3600],
    maxPauseSeconds: [30, 86_400],
    failuresBeforeDisabled: [5, 100],
    knownDeviceFailuresBeforeDisabled: [1, 20],
    recipientFailuresPerDay: [1, 50],
    failureMemorySeconds: [7 * 86_400, 365 * 86_400],
    blockSendsPerHour: [1, 100_000],
    blockRecipientsPerHour: [1, 100_000],
    blockCallingCodesPerHour: [1, 300],
    blockFailuresPerHour: [1, 100_000],
  }

  it.each(Object.entries(RANGES))('T07 %s is from %j, and nothing beyond it', (name, [min, max]) => {
    // All devices together fail at most 100 times, which the next test is about.
    const most = name === 'failuresBeforeDisabled' ? 80 : max
    for (const figure of [min, most]) expect(refusal({ limits: { [name]: figure } })).toBe('accepted')
    for (const figure of [min - 1, max + 1, min + 0.5, String(min), null, Number.POSITIVE_INFINITY]) {
      const shown = figure === Number.POSITIVE_INFINITY ? 'null' : JSON.stringify(figure)
      expect(refusal({ limits: { [name]: figure } })).toBe(
        `createOtp limits: option "${name}" is ${shown}; it must be a whole number from ${min} to ${max}`,
      )
    }
  })

  it('T07 T09 share 100 failures in a row between unknown and known devices', () => {
    const message = (unknown: number, known: number): string =>
      `createOtp limits: options "failuresBeforeDisabled" and "knownDeviceFailuresBeforeDisabled" are ${unknown} and ${known}; together they must be at most 100`
    expect(refusal({ limits: { failuresBeforeDisabled: 81 } })).toBe(message(81, 20))
    expect(refusal({ limits: { failuresBeforeDisabled: 100, knownDeviceFailuresBeforeDisabled: 1 } })).toBe(message(100, 1))
    expect(refusal({ limits: { failuresBeforeDisabled: 99, knownDeviceFailuresBeforeDisabled: 1 } })).toBe('accepted')
  })

  it('are all of them in this table, or the cooldown', () => {
    expect([...Object.keys(RANGES), 'cooldownSeconds'].sort()).toEqual(Object.keys(DEFAULT_LIMITS).sort())
  })

  it.each<[unknown, string]>([
    [[], '[]'],
    [[0], '[0]'],
    [30, '30'],
    [[3601], '[3601]'],
    [new Array(11).fill(30), JSON.stringify(new Array(11).fill(30))],
  ])('refuse the cooldown %o', (cooldownSeconds, shown) => {
    expect(refusal({ limits: { cooldownSeconds } })).toBe(
      `createOtp limits: option "cooldownSeconds" is ${shown}; it must be an array of 1 to 10, each a whole number from 1 to 3600`,
    )
  })

  it('refuse an unknown one and say which may have been meant', () => {
    expect(refusal({ limits: { pauseSecond: 30 } })).toBe('createOtp limits: unknown option "pauseSecond". Did you mean "pauseSeconds"?')
  })
})
