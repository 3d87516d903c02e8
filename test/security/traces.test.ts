import { inspect } from 'node:util'
import { OtpError, type OtpEventName } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { sessionStore } from 'express-otp/stores/session'
import { type Outbox, outbox, testClock } from 'express-otp/testing'
import session from 'express-session'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Answer, type Browser, openDoor, PLACES, type PlaceName, SECRET, wrong } from '../helpers/door-app.js'
import { guardedRoute, userRoutes } from './scenes.js'

const ANN = '+12068800123'
const MAIL = 'ann.lee@example.org'
const COOKIE_SECRET = 'the secret of the session cookie'
const NAMES: readonly OtpEventName[] = [
  'issued',
  'sent',
  'send_refused',
  'delivery_failed',
  'receipt',
  'verified',
  'rejected',
  'failures',
  'decided',
  'budget',
  'pumping',
  'unavailable',
]

interface Traces {
  /** Everything that anybody but the recipient could read, by where it was found. */
  readonly seen: Map<string, string[]>
  readonly codes: readonly string[]
}

/** Everything that is written to the standard streams while `run` runs. */
async function written(run: () => Promise<void>): Promise<string[]> {
  const lines: string[] = []
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      lines.push(String(chunk))
      return true
    }),
  )
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void lines.push(inspect(warning)))
  try {
    await run()
  } finally {
    for (const spy of [...spies, warn]) spy.mockRestore()
  }
  return lines
}

/** One life of an application, with everything that can go well and wrong. */
async function life(place: PlaceName): Promise<Traces> {
  const seen = new Map<string, string[]>(
    ['answers', 'cookies', 'events', 'errors', 'stores', 'output', 'objects'].map((name) => [name, []]),
  )
  const note = (where: string, what: unknown): void =>
    void seen.get(where)?.push(typeof what === 'string' ? what : inspect(what, { depth: 12 }))
  const [sessions, records] = [new session.MemoryStore(), new session.MemoryStore()]
  const leaky = new Error()
  let failing: Outbox['deliver'] | undefined
  const boxes = [outbox('texts'), outbox('mails')] as const
  for (const box of boxes) {
    const deliver = box.deliver.bind(box)
    // A vendor that repeats what it was given: in its error, and in what it answers with.
    box.deliver = async (message, options) => {
      leaky.message = `could not send ${message.text} with ${message.code} to ${message.to}`
      if (failing !== undefined) return await failing(message, options)
      return { ...(await deliver(message, options)), echo: message }
    }
  }
  const clock = testClock()
  const lines = await written(async () => {
    const app = await openDoor({
      place,
      session: { store: sessions, secret: COOKIE_SECRET, resave: true, saveUninitialized: true },
      otp: {
        store: sessionStore({ store: records, singleProcess: true, clock }),
        channels: [smsChannel({ transport: boxes[0] }), emailChannel({ transport: boxes[1] })],
        intents: { login: { codeLength: 10 }, transfer: { codeLength: 10, context: ['payee'] } },
      },
      router: { login: ({ to }, req) => void Reflect.set(req.session, 'user', to.length) },
      routes(one, otp) {
        userRoutes(one)
        guardedRoute(one, otp, { intent: 'transfer', context: (req) => req.body, currentUser: () => undefined })
      },
    })
    for (const name of NAMES) {
      app.otp.on(name, (event) => {
        note('events', [name, event])
        throw new Error('a listener that throws')
      })
    }
    const dump = (): void => {
      for (const store of [sessions, records]) note('stores', JSON.stringify(Reflect.get(store, 'sessions')))
    }
    const ask = async (browser: Browser, path: string, body?: object): Promise<Answer> => {
      const answer = body === undefined ? await browser.get(path) : await browser.post(path, body)
      note('answers', answer.text)
      note('answers', [...answer.headers])
      note('cookies', [...browser.cookies])
      dump()
      return answer
    }
    for (const [to, box] of [
      [ANN, boxes[0]],
      [MAIL, boxes[1]],
    ] as const) {
      const one = app.browser()
      const context = { payee: 'Carol' }
      await ask(one, '/otp/send', { to })
      await ask(one, '/otp/send', { to })
      await ask(one, '/otp/status')
      await ask(one, '/otp/verify', { code: wrong(box.code()) })
      clock.advance(30)
      await ask(one, '/otp/resend', {})
      for (let guess = 0; guess < 5; guess++) await ask(one, '/otp/verify', { code: wrong(box.code()) })
      clock.advance(60)
      await ask(one, '/otp/resend', {})
      await ask(one, '/otp/verify', { code: box.code() })
      await ask(one, '/otp/send', { to, intent: 'transfer', context })
      await ask(one, '/otp/verify', { code: box.code(), intent: 'transfer', context })
      await ask(one, '/otp/status')
      await ask(one, '/guarded', context)
      await ask(one, '/otp/config')
    }
    const bob = app.browser()
    failing = () => Promise.reject(leaky)
    await ask(bob, '/otp/send', { to: '+12068800999' })
    failing = () => Promise.reject(new OtpError('ERR_OTP_STORE', 'x', { cause: leaky }))
    await ask(bob, '/otp/send', { to: '+12068800998' })
    failing = undefined
    sessions.set = (_id, _data, done) => void done?.(new Error('no space'))
    records.set = (_id, _data, done) => void done?.(new Error('no space'))
    await ask(bob, '/otp/send', { to: '+12068800997' })
    for (const err of app.errors) note('errors', err)
    note('objects', app.otp)
    note('objects', boxes[0].name)
    await app.otp.close()
  })
  for (const line of lines) note('output', line)
  return { seen, codes: boxes.flatMap((box) => box.messages.map(({ code }) => code)) }
}

describe.each(PLACES)('traces %s', (place) => {
  it('T61 T64 T65 no code, secret or whole address is anywhere but in the message, whatever happens', async () => {
    const { seen, codes } = await life(place)
    onTestFinished(() => void vi.restoreAllMocks())
    expect(codes.length).toBeGreaterThanOrEqual(8)
    for (const where of ['answers', 'cookies', 'events', 'stores', 'objects'])
      expect([where, seen.get(where)?.length]).not.toEqual([where, 0])
    const secrets = [...codes, SECRET, COOKIE_SECRET, MAIL, 'ann.lee', '8800999', '8800998', '8800997']
    for (const [where, texts] of seen) {
      const all = texts.join('\n')
      const isAnswer = where === 'answers'
      for (const secret of secrets) {
        // Whoever proved an address is told which (T13); nobody else is.
        if (isAnswer && (secret === MAIL || secret === 'ann.lee')) continue
        expect([where, secret, all.includes(secret)]).toEqual([where, secret, false])
        expect([where, secret, all.includes(encodeURIComponent(secret))]).toEqual([where, secret, false])
        expect([where, secret, all.includes(Buffer.from(secret).toString('base64url').slice(0, -2))]).toEqual([where, secret, false])
      }
      if (!isAnswer) expect([where, all.includes('8800123')]).toEqual([where, false])
    }
  })
})
