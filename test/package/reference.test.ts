import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  DEFAULT_LIMITS,
  ERROR_CODES,
  type EventSubject,
  INTENT_DEFAULTS,
  type IntentOptions,
  type OtpEventName,
  type OtpEvents,
  type OtpOptions,
  PRESETS,
  REASONS,
} from 'express-otp'
import {
  type ApiRouterOptions,
  PROBLEMS,
  type ReceiptRouterOptions,
  type RequireOtpOptions,
  type SessionRouterOptions,
} from 'express-otp/express'
import type { OtpStrategyOptions } from 'express-otp/passport'
import { describe, expect, it } from 'vitest'
import { root } from '../helpers/source-files.js'

type Fields<Event> = Event extends EventSubject ? Exclude<keyof Event, keyof EventSubject> : keyof Event

/** What each event carries beside a subject: the compiler holds it equal to `OtpEvents`. */
const EVENTS: { readonly [Name in OtpEventName]: { readonly [Field in Fields<OtpEvents[Name]>]: true } } = {
  issued: { id: true, renewed: true },
  sent: { id: true, transport: true, parts: true },
  decoyed: { id: true, reason: true },
  send_refused: { limit: true, retryAfterSeconds: true },
  delivery_failed: { id: true, failure: true },
  receipt: { id: true, transport: true, status: true, errorCode: true },
  decided: { decision: true, rule: true, figures: true },
  verified: { tenant: true, id: true, recipient: true, intent: true, channels: true, complete: true },
  rejected: { tenant: true, id: true, recipient: true, intent: true, outcome: true, limit: true },
  failures: { tenant: true, recipient: true, count: true },
  released: { tenant: true, recipient: true, to: true },
  budget: { limit: true, unit: true, used: true, most: true, windowSeconds: true, percent: true, tenant: true, callingCode: true },
  pumping: {
    limit: true,
    unit: true,
    used: true,
    most: true,
    windowSeconds: true,
    tenant: true,
    callingCode: true,
    block: true,
    mode: true,
  },
  unavailable: { during: true, code: true, cause: true },
}

type Names<Options> = { readonly [Name in keyof Required<Options>]: true }

/** Every option: the compiler holds these lists equal to the types. */
const CREATE_OTP: Names<OtpOptions> = {
  secret: true,
  channels: true,
  intents: true,
  preset: true,
  delivery: true,
  recipients: true,
  findRecipient: true,
  store: true,
  service: true,
  host: true,
  limits: true,
  prices: true,
  balance: true,
  sandbox: true,
  guard: true,
  spendCap: true,
  telemetry: true,
  clock: true,
  random: true,
}
const INTENT: Names<IntentOptions> = {
  channels: true,
  codeLength: true,
  alphabet: true,
  ttlSeconds: true,
  maxAttempts: true,
  mode: true,
  fallback: true,
  resend: true,
  allowOtherBrowser: true,
  grantSeconds: true,
  stepUp: true,
  secondFactor: true,
  rememberDeviceSeconds: true,
  recipient: true,
  recipients: true,
  context: true,
  userBound: true,
}
const DOORS: {
  readonly sessionRouter: Names<SessionRouterOptions>
  readonly OtpStrategy: Names<OtpStrategyOptions>
  readonly receiptRouter: Names<ReceiptRouterOptions>
  readonly apiRouter: Names<ApiRouterOptions>
  readonly requireOtp: Names<RequireOtpOptions>
} = {
  sessionRouter: {
    path: true,
    passport: true,
    strategy: true,
    login: true,
    loginIntent: true,
    keep: true,
    session: true,
    sessionCookie: true,
    origins: true,
    sameSite: true,
    strict: true,
    limitHeaders: true,
    challengeHuman: true,
    challengeHumanOn: true,
    forms: true,
    currentUser: true,
    addressLimits: true,
    deviceCookie: true,
  },
  OtpStrategy: {
    name: true,
    intent: true,
    codeField: true,
    passReqToCallback: true,
    sessionCookie: true,
    origins: true,
    sameSite: true,
    strict: true,
    currentUser: true,
    addressLimits: true,
    deviceCookie: true,
  },
  receiptRouter: { parsers: true, path: true },
  apiRouter: { keys: true, dialect: true, addressLimits: true },
  requireOtp: { intent: true, maxAgeSeconds: true, once: true, context: true, loginPage: true, returnTo: true, currentUser: true },
}

describe('the reference', () => {
  const options = page('docs/reference/options.md')
  const reasons = page('docs/reference/reasons.md')

  it('names the limits with their defaults', () => {
    const expected = Object.fromEntries(Object.entries(DEFAULT_LIMITS).map(([name, value]) => [name, JSON.stringify(value)]))
    expect(table(options, 'Limits')).toEqual(expected)
  })

  it('names the options of an intent with their defaults', () => {
    const rows = table(options, 'An intent')
    for (const [name, value] of Object.entries(INTENT_DEFAULTS))
      expect([name, rows[name]]).toEqual([name, typeof value === 'string' ? value : JSON.stringify(value)])
  })

  it('T08 names the figures of both presets', () => {
    const expected = Object.entries(PRESETS.default).map(([name, value]) => [
      name,
      String(value),
      String(Reflect.get(PRESETS.strict, name)),
    ])
    expect(cells(options, 'Presets')).toEqual(expected)
  })

  it('names every option of createOtp, of an intent and of the doors', () => {
    expect(words(options, 'createOtp', /^\|.*?\|/)).toEqual(Object.keys(CREATE_OTP).sort())
    expect(words(options, 'An intent', /^\|.*?\|/)).toEqual(Object.keys(INTENT).sort())
    for (const [door, names] of Object.entries(DOORS)) {
      const [line = ''] = options.match(new RegExp(`^\`${door}\`: .*$`, 'm')) ?? []
      const told = [...line.replace(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
      expect([door, ...told.slice(1).sort()]).toEqual([door, ...Object.keys(names).sort()])
    }
  })

  it('says of an option what the README says of it', () => {
    const all = { ...table(options, 'createOtp') }
    for (const [name, value] of Object.entries(table(page('README.md'), 'Options'))) expect([name, value]).toEqual([name, all[name]])
  })

  it('names every reason with its status', () => {
    const statuses = Object.fromEntries(Object.entries(PROBLEMS).map(([reason, { status }]) => [reason, String(status)]))
    expect(table(reasons, 'Reasons')).toEqual(statuses)
    expect(REASONS.filter((reason) => !(reason in statuses))).toEqual([])
  })

  it('names every error', () => {
    expect(cells(reasons, 'Errors').map(([name]) => name)).toEqual([...ERROR_CODES])
  })

  it('names every event with what it carries', () => {
    const rows = cells(page('docs/reference/events.md'), 'Events')
    const expected = Object.entries(EVENTS).map(([name, fields]) => [name, Object.keys(fields).sort()])
    const told = rows.map(([name, fields = '']) => [name, fields.split(', ').sort()])
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected))
  })
})

function page(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The rows below a heading that begin with a name in code marks, cell by cell, without these marks and what stands beside the name. */
function cells(text: string, heading: string): string[][] {
  const section = text.split(/^##? /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^\| `([^`]+)`[^|]*\|(.*)\|$/gm)].map(([, name = '', rest = '']) => [
    name,
    ...rest.split('|').map((cell) => cell.replaceAll('`', '').trim()),
  ])
}

/** The names in code marks in the part of each line that is asked for, below a heading. */
function words(text: string, heading: string, part: RegExp): string[] {
  const section = text.split(/^##? /m).find((each) => each.startsWith(`${heading}\n`)) ?? ''
  const parts = section.split('\n').map((line) => part.exec(line)?.[0] ?? '')
  return parts.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)).sort()
}

function table(text: string, heading: string): Record<string, string> {
  return Object.fromEntries(cells(text, heading).map(([name = '', value = '']) => [name, value]))
}
