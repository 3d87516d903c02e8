import type { Store } from 'express-otp'
import { memoryStore } from 'express-otp/stores/memory'
import { describe, expect, it } from 'vitest'
import { type Browser, type DoorApp, type DoorAppOptions, openDoor, PLACES } from '../helpers/door-app.js'
import { ANN, guardedRoute, guess, reasons, userOf, userRoutes } from './scenes.js'

const PAY = { amount: '12.50 EUR', payee: 'Jos\u00e9 Lee' }
const asked = (context: unknown): object => ({ intent: 'pay', context })

interface Scene {
  readonly app: DoorApp
  readonly ann: Browser
}

async function scene(options: DoorAppOptions): Promise<Scene> {
  const recipient = (): object => ({ sms: ANN, email: 'ann@example.org' })
  const app = await openDoor({
    ...options,
    otp: { intents: { login: {}, pay: { stepUp: true, recipient, context: ['amount', 'payee'] } }, ...options.otp },
    router: { currentUser: userOf },
    routes(express, otp) {
      userRoutes(express)
      guardedRoute(express, otp, { intent: 'pay', context: (req) => req.body })
    },
  })
  const ann = app.browser()
  await ann.post('/become', { user: 'ann' })
  return { app, ann }
}

async function send({ ann, app }: Scene, context: unknown = PAY): Promise<string> {
  expect((await ann.post('/otp/send', asked(context))).status).toBe(200)
  return app.sms.code()
}

describe.each(PLACES)('T15 a payment %s', (place) => {
  it('T15 is bound by a hash of its canonical form: neither amount nor payee can be read in the store', async () => {
    const kept: string[] = []
    const inner = memoryStore()
    const watch = new Proxy(inner, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: readonly unknown[]) => {
          kept.push(JSON.stringify(args))
          return Reflect.apply(value, target, args)
        }
      },
    })
    // It forwards whatever a store has.
    const one = await scene({ place, otp: { store: watch as Store } })
    const code = await send(one)
    expect(reasons(await guess(one.ann, code, 1, asked(PAY)))).toEqual(['verified'])
    expect(kept.length).toBeGreaterThan(1)
    for (const secret of ['12.50', 'Lee', ANN, code]) expect(kept.join()).not.toContain(secret)
  })

  it.each<[string, unknown]>([
    ['in another order', { payee: PAY.payee, amount: PAY.amount }],
    ['with the accent spelled in two characters', { ...PAY, payee: 'Jose\u0301 Lee' }],
  ])('T15 is the same %s', async (_how, context) => {
    const one = await scene({ place })
    expect(reasons(await guess(one.ann, await send(one), 1, asked(context)))).toEqual(['verified'])
    expect((await one.ann.post('/guarded', context)).status).toBe(200)
  })

  it.each<[string, object]>([
    ['another amount', { ...PAY, amount: '99.50 EUR' }],
    ['another currency', { ...PAY, amount: '12.50 USD' }],
    ['fewer decimals', { ...PAY, amount: '12.5 EUR' }],
    ['the amount as a number', { ...PAY, amount: 12.5 }],
    ['another blank', { ...PAY, amount: '12.50  EUR' }],
    ['another payee', { ...PAY, payee: 'Eve' }],
    ['another case', { ...PAY, payee: 'jos\u00e9 lee' }],
    ['a letter of another script that looks the same', { ...PAY, payee: 'Jos\u00e9 L\u0435e' }],
    ['amount and payee exchanged', { amount: PAY.payee, payee: PAY.amount }],
  ])('T15 with %s is another one: the right code is wrong, and the challenge revoked', async (_what, bent) => {
    const one = await scene({ place })
    const code = await send(one)
    const [refused] = await guess(one.ann, code, 1, asked(bent))
    expect(refused?.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 0 })
    expect(reasons(await guess(one.ann, code, 2, asked(PAY)))).toEqual(['too_many_attempts', 'too_many_attempts'])
    expect((await one.ann.post('/guarded', PAY)).status).toBe(401)
  })

  it.each<[string, unknown]>([
    ['none', undefined],
    ['a text', '12.50 EUR'],
    ['half of it', { amount: PAY.amount }],
    ['more than it', { ...PAY, note: 'x' }],
    ['a date in it', { ...PAY, amount: {} }],
  ])('T15 verify has to state it again: %s is refused, and costs nothing', async (_what, context) => {
    const one = await scene({ place })
    const code = await send(one)
    expect(reasons(await guess(one.ann, code, 3, asked(context)))).toEqual(new Array(3).fill('invalid_request'))
    expect(reasons(await guess(one.ann, code, 1, asked(PAY)))).toEqual(['verified'])
  })

  it('T15 every message shows the values given at send, also after a resend, which takes none', async () => {
    const one = await scene({ place })
    await send(one)
    one.app.clock.advance(60)
    expect((await one.ann.post('/otp/resend', asked({ ...PAY, payee: 'Eve' }))).body.errors).toEqual([
      { field: 'context', reason: 'unknown_field' },
    ])
    expect((await one.ann.post('/otp/resend', { intent: 'pay' })).status).toBe(200)
    const messages = [...one.app.sms.messages, ...one.app.mail.messages]
    expect(messages).toHaveLength(4)
    for (const { text } of messages) for (const value of Object.values(PAY)) expect(text).toContain(value)
    expect(reasons(await guess(one.ann, one.app.sms.code(), 1, asked(PAY)))).toEqual(['verified'])
  })

  it('T15 asked for anew with other values ends the one before', async () => {
    const one = await scene({ place })
    const first = await send(one)
    one.app.clock.advance(60)
    const second = await send(one, { ...PAY, payee: 'Eve' })
    expect(reasons(await guess(one.ann, first, 1, asked(PAY)))).toEqual(['invalid_code'])
    expect(reasons(await guess(one.ann, second, 1, asked({ ...PAY, payee: 'Eve' })))).not.toEqual(['verified'])
  })

  it('T15 one authorisation is one execution, of the values that were approved', async () => {
    const one = await scene({ place })
    expect(reasons(await guess(one.ann, await send(one), 1, asked(PAY)))).toEqual(['verified'])
    for (const bent of [{ ...PAY, amount: '99.50 EUR' }, { ...PAY, payee: 'Eve' }, {}, { ...PAY, more: '1' }])
      expect((await one.ann.post('/guarded', bent)).status).toBe(401)
    const steps = await Promise.all(Array.from({ length: 20 }, () => one.ann.post('/guarded', PAY)))
    expect(steps.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await one.ann.post('/guarded', PAY)).status).toBe(401)
  })
})
