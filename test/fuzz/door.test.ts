import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Answer, type Browser, type DoorApp, doorApp, PLACES, type PlaceName, wrong } from '../helpers/door-app.js'

/** Worlds in each place; `FC_RUNS` raises it. */
const RUNS = Math.ceil(Number(process.env.FC_RUNS ?? 300) / 12)

type Step =
  | { readonly who: number; readonly does: 'send' | 'transfer'; readonly to: number }
  | { readonly who: number; readonly does: 'right' | 'wrong' | 'resend' | 'cancel' | 'status' | 'config' | 'leave' }
  /** Types the newest code that somebody else was sent. */
  | { readonly who: number; readonly does: 'steal'; readonly from: number }
  | { readonly who: number; readonly does: 'nonsense'; readonly path: string; readonly body: string }

interface Batch {
  readonly waits: number
  /** Go out at once. */
  readonly steps: readonly Step[]
}

const ADDRESSES = ['+12068800123', '+12068800456', 'ann.with.a.name@example.org', 'bob@example.com']
const PEOPLE = 3

const who = fc.nat(PEOPLE - 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ who, does: fc.constantFrom('send', 'send', 'transfer'), to: fc.nat(ADDRESSES.length - 1) }) },
  { weight: 8, arbitrary: fc.record({ who, does: fc.constantFrom('right', 'right', 'wrong') }) },
  { weight: 4, arbitrary: fc.record({ who, does: fc.constantFrom('resend', 'resend', 'resend', 'cancel', 'status', 'config', 'leave') }) },
  { weight: 2, arbitrary: fc.record({ who, does: fc.constant('steal'), from: fc.nat(ADDRESSES.length - 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      who,
      does: fc.constant('nonsense'),
      path: fc.constantFrom('/otp/send', '/otp/verify', '/otp/resend', '/otp/cancel'),
      body: fc.oneof(fc.json({ stringUnit: 'binary' }), fc.string({ unit: 'binary', maxLength: 50 })),
    }),
  },
)
const batch: fc.Arbitrary<Batch> = fc.record({
  waits: fc.constantFrom(0, 0, 0, 1, 31, 31, 301),
  steps: fc.oneof({ weight: 3, arbitrary: fc.tuple(step) }, { weight: 1, arbitrary: fc.array(step, { minLength: 2, maxLength: 5 }) }),
})

/** A browser, with what it was last told and sent. */
interface Person {
  browser: Browser
  to: string
  intent: string
  attemptsLeft: number
}

/** One world: an app, its people, and all that must hold in it. */
function world(app: DoorApp) {
  const fresh = (): Person => ({ browser: app.browser(), to: ADDRESSES[0] ?? '', intent: 'login', attemptsLeft: Number.POSITIVE_INFINITY })
  const people = Array.from({ length: PEOPLE }, fresh)
  const wins = new Map<object, number>()
  const told = new Map<string, number>()
  const messages = () => [...app.sms.messages, ...app.mail.messages]
  const newest = (to: string) => messages().findLast((message) => message.to === to)

  function ask(person: Person, { does, ...step }: Step): Promise<Answer> {
    const { browser, intent, to } = person
    switch (does) {
      case 'send':
      case 'transfer':
        person.to = ADDRESSES[Reflect.get(step, 'to')] ?? ''
        person.intent = does === 'send' ? 'login' : 'transfer'
        return browser.post('/otp/send', { to: person.to, intent: person.intent })
      case 'right':
        return browser.post('/otp/verify', { code: newest(to)?.code ?? '000000', intent })
      case 'wrong':
        return browser.post('/otp/verify', { code: wrong(newest(to)?.code ?? '000000'), intent })
      case 'steal':
        return browser.post('/otp/verify', { code: newest(ADDRESSES[Reflect.get(step, 'from')] ?? '')?.code ?? '000000', intent })
      case 'resend':
      case 'cancel':
        return browser.post(`/otp/${does}`, { intent })
      case 'status':
      case 'config':
        return browser.get(`/otp/${does}`)
      case 'leave':
        Object.assign(person, fresh())
        return person.browser.get('/otp/status')
      case 'nonsense':
        return browser.post(Reflect.get(step, 'path'), Reflect.get(step, 'body'))
    }
  }

  function check(step: Step, { body, status, text }: Answer): void {
    if (status >= 500 && status !== 503) expect.fail(`${step.does} ${status} ${text}`)
    const isProof = status === 200 && body?.status === 'verified'
    for (const { code } of messages()) if (new RegExp(`(?<![\\w-])${code}(?![\\w-])`).test(text)) expect.fail(`a code: ${text}`)
    // Who has proved an address is told it.
    for (const address of isProof ? [] : ADDRESSES) if (text.includes(address)) expect.fail(`an address: ${text}`)
    const key = `${step.does} ${body?.reason ?? status}`
    told.set(key, (told.get(key) ?? 0) + 1)
  }

  return {
    told,
    async run({ steps, waits }: Batch): Promise<void> {
      app.clock.advance(waits)
      const asked = steps.map((one) => {
        const person = people[one.who % PEOPLE] ?? fresh()
        const codes = messages()
        return { one, person, to: person.to, codes, answer: ask(person, one) }
      })
      const answers = await Promise.all(asked.map(({ answer }) => answer))
      for (const [index, { codes, one, person, to }] of asked.entries()) {
        const answer = answers[index]
        if (answer === undefined) continue
        const { body, status } = answer
        check(one, answer)
        const isNew = ['send', 'transfer', 'resend', 'leave', 'nonsense'].includes(one.does)
        if (isNew || steps.length > 1) person.attemptsLeft = Number.POSITIVE_INFINITY
        if (typeof body?.attemptsLeft === 'number') {
          expect(body.attemptsLeft).toBeLessThanOrEqual(person.attemptsLeft)
          person.attemptsLeft = body.attemptsLeft
        }
        if (status !== 200 || body?.status !== 'verified' || (one.does !== 'right' && one.does !== 'steal')) continue
        const meant = one.does === 'steal' ? (ADDRESSES[one.from] ?? '') : to
        const used = codes.findLast((message) => message.to === meant)
        // Nobody wins with a code that went to somebody else.
        expect(used?.to).toBe(body.to)
        if (used === undefined) continue
        wins.set(used, (wins.get(used) ?? 0) + 1)
        expect(wins.get(used)).toBe(1)
      }
    },
  }
}

describe.each(PLACES)('the session door %s', (place: PlaceName) => {
  it('T02 T22 T42 T61 keeps its word, whatever several browsers ask in whatever order', { timeout: 60_000 + RUNS * 2000 }, async () => {
    const told = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 15, maxLength: 30, size: 'max' }), async (batches) => {
        const app = await doorApp({
          place,
          router: { addressLimits: false },
          otp: { intents: { login: {}, transfer: {} } },
        })
        try {
          const { run, told: now } = world(app)
          for (const one of batches) await run(one)
          for (const [key, count] of now) told.set(key, (told.get(key) ?? 0) + count)
          expect(app.errors).toEqual([])
        } finally {
          await app.stop()
        }
      }),
      { numRuns: RUNS },
    )
    console.log(`${RUNS} worlds ${place}`, Object.fromEntries([...told].sort()))
    expect([...told.keys()]).toEqual(expect.arrayContaining(['send 200', 'right 200', 'wrong invalid_code', 'status 200']))
  })
})
