import { OtpError, type OtpEvents, type Store } from 'express-otp'
import { memoryStore } from 'express-otp/stores/memory'
import { testClock } from 'express-otp/testing'
import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { type Answer, type DoorApp, openDoor, PLACES, type PlaceName } from '../helpers/door-app.js'
import { ANN, guardedRoute, guess, reasons, userRoutes } from './scenes.js'

type Verb = 'issue' | 'renew' | 'verify' | 'find' | 'withdraw' | 'cancel' | 'redeem'

interface Scene extends DoorApp {
  /** Verbs that fail, and how. */
  readonly broken: Map<Verb, unknown>
  readonly outages: OtpEvents['unavailable'][]
}

const AWAY = new OtpError('ERR_OTP_STORE', 'away', { status: 503 })

async function scene(place: PlaceName): Promise<Scene> {
  const inner = memoryStore({ clock: testClock() })
  const broken = new Map<Verb, unknown>()
  const store: Store = { ...inner }
  for (const verb of ['issue', 'renew', 'verify', 'find', 'withdraw', 'cancel', 'redeem'] as const) {
    const whole = inner[verb] as (request: unknown) => Promise<never>
    Reflect.set(store, verb, (request: unknown) => (broken.has(verb) ? Promise.reject(broken.get(verb)) : whole(request)))
  }
  const app = await openDoor({
    place,
    otp: { store, intents: { login: {}, transfer: {} } },
    router: { login: ({ to }, req) => void Reflect.set(req.session, 'user', to) },
    routes(one, otp) {
      userRoutes(one)
      guardedRoute(one, otp, { intent: 'transfer', currentUser: () => undefined })
    },
  })
  const outages: OtpEvents['unavailable'][] = []
  app.otp.on('unavailable', (event) => void outages.push(event))
  return { ...app, broken, outages }
}

function expectUnavailable(answer: Answer): void {
  expect([answer.status, answer.body.reason, answer.headers.get('retry-after')]).toEqual([503, 'temporarily_unavailable', '5'])
}

describe.each(PLACES)('a challenge store that fails %s', (place) => {
  it.each<[string, unknown]>([
    ['in its own way', AWAY],
    ['for want of room', new OtpError('ERR_OTP_STORE_FULL', 'full', { status: 503 })],
    ['in a way of its client', new Error('ECONNREFUSED 10.0.0.1:6379')],
  ])('T58 sends nothing where it fails %s', async (_how, err) => {
    const { browser, broken, outages, sms, errors } = await scene(place)
    const ann = browser()
    broken.set('issue', err)
    const answer = await ann.post('/otp/send', { to: ANN })
    expectUnavailable(answer)
    expect(answer.text).not.toMatch(/away|full|ECONN|10\.0/)
    expect([sms.messages, errors]).toEqual([[], []])
    const known = err instanceof OtpError
    expect(outages).toEqual([{ during: 'issue', code: known ? err.code : 'ERR_OTP_STORE', cause: known ? err.cause : err }])
    broken.clear()
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
  })

  it('T58 sends no second code where it cannot renew or look up the first', async () => {
    const { browser, broken, outages, sms } = await scene(place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    for (const verb of ['find', 'renew'] as const) {
      broken.set(verb, AWAY)
      expectUnavailable(await ann.post('/otp/resend'))
    }
    expectUnavailable(await ann.post('/otp/send', { to: ANN }))
    expect(sms.messages).toHaveLength(1)
    expect(outages.length).toBeGreaterThan(0)
    broken.clear()
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it('T58 where it cannot end the old challenge, the new one is not sent', async () => {
    const { browser, broken, sms } = await scene(place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    broken.set('cancel', AWAY)
    expectUnavailable(await ann.post('/otp/send', { to: 'ann@example.org' }))
    expect(sms.messages).toHaveLength(1)
  })

  it('T59 verifies nothing, logs nobody in, and charges nothing', async () => {
    const { browser, broken, outages, sms } = await scene(place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const odd = new TypeError('not a number')
    for (const err of [AWAY, odd]) {
      broken.set('verify', err)
      expectUnavailable(await ann.post('/otp/verify', { code: sms.code() }))
    }
    expect((await ann.get('/whoami')).body.user).toBe(null)
    // One error, told once.
    const outage = { during: 'verify', code: 'ERR_OTP_STORE' }
    expect(outages).toEqual([outage, { ...outage, cause: odd }])
    broken.clear()
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it('T59 a guard lets nobody through, and spends nothing', async () => {
    const { browser, broken, sms } = await scene(place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN, intent: 'transfer' })
    await ann.post('/otp/verify', { code: sms.code(), intent: 'transfer' })
    broken.set('redeem', AWAY)
    const refused = await ann.post('/guarded')
    expectUnavailable(refused)
    expect(refused.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    broken.clear()
    expect((await ann.post('/guarded')).status).toBe(200)
  })

  it('T58 status and cancel say that it is away', async () => {
    const { browser, broken, sms } = await scene(place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    for (const verb of ['find', 'cancel'] as const) broken.set(verb, AWAY)
    expectUnavailable(await ann.get('/otp/status'))
    expectUnavailable(await ann.post('/otp/cancel'))
    broken.clear()
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it('T35 a refused message whose challenge cannot be withdrawn is a refused message', async () => {
    const { browser, broken, outages, sms } = await scene(place)
    sms.refuseNext()
    broken.set('withdraw', AWAY)
    expect((await browser().post('/otp/send', { to: ANN })).body.reason).toBe('delivery_failed')
    expect(outages).toEqual([{ during: 'withdraw', code: 'ERR_OTP_STORE' }])
  })
})

describe('a session that fails', () => {
  it('T58 T59 is told to listeners, once', async () => {
    const sessions = new session.MemoryStore()
    const outages: unknown[] = []
    const { browser, otp, sms } = await openDoor({ session: { store: sessions }, otp: { store: memoryStore() } })
    otp.on('unavailable', (event) => void outages.push(event))
    const cause = new Error('no space')
    sessions.set = (_id, _data, done) => void done?.(cause)
    expectUnavailable(await browser().post('/otp/send', { to: ANN }))
    expect(sms.messages).toHaveLength(0)
    expect(outages).toEqual([{ during: 'send', code: 'ERR_OTP_STORE', cause }])
  })
})
