import express from 'express'
import { createOtp } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { amrOf, beginSecondFactor, requireOtp } from 'express-otp/express'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox } from 'express-otp/testing'
import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { type DoorApp, type DoorAppOptions, openDoor, PLACES, SECRET } from '../helpers/door-app.js'
import { ANN } from '../security/scenes.js'

const INTENTS = { login: {}, second: { secondFactor: true, recipient: () => ANN } }
const SECOND = { intent: 'second' }

/** Logs in without Passport. */
async function open({ otp, ...options }: DoorAppOptions): Promise<DoorApp> {
  return await openDoor({
    ...options,
    otp: { intents: INTENTS, ...otp },
    router: {
      loginIntent: 'second',
      login: ({ amr, userId }, req) => void Object.assign(req.session, { user: userId, told: amr }),
    },
    routes(app, service) {
      app.post('/password', express.json(), (req, res, next) => {
        beginSecondFactor(service, req, req.body).then(() => res.json({}), next)
      })
      app.get('/me', (req, res) => {
        const { user, told } = Object.fromEntries(Object.entries(req.session))
        res.json({ user, told, amr: amrOf(req) })
      })
    },
  })
}

describe.each(PLACES)('beginSecondFactor %s', (place) => {
  it('logs in through the callback of the router, which is told the user and both factors', async () => {
    const { browser, sms } = await open({ place })
    const ann = browser()
    await ann.post('/password', { userId: 'ann', amr: ['pin'] })
    await ann.post('/otp/send', SECOND)
    expect((await ann.get('/me')).body).toEqual({ amr: [] })
    expect((await ann.post('/otp/verify', { ...SECOND, code: sms.code() })).status).toBe(200)
    const amr = ['pin', 'otp', 'sms', 'mfa']
    expect((await ann.get('/me')).body).toEqual({ user: 'ann', told: amr, amr })
  })

  it('two factors of one kind are not `mfa`', async () => {
    const { browser, sms } = await open({ place })
    const ann = browser()
    await ann.post('/password', { userId: 'ann', amr: ['sms'] })
    await ann.post('/otp/send', SECOND)
    await ann.post('/otp/verify', { ...SECOND, code: sms.code() })
    expect((await ann.get('/me')).body.amr).toEqual(['sms', 'otp'])
  })

  it('T17 T45 a session that ends while the code is on its way stays ended', async () => {
    const sessions = new session.MemoryStore()
    const stored: Record<string, string> = Reflect.get(sessions, 'sessions')
    const inner = memoryStore()
    const store = {
      ...inner,
      async verify(request: Parameters<typeof inner.verify>[0]) {
        const decision = await inner.verify(request)
        for (const id of Object.keys(stored)) delete stored[id]
        return decision
      },
    }
    const { browser, sms } = await open({ place, session: { store: sessions }, otp: { store } })
    const ann = browser()
    await ann.post('/password', { userId: 'ann' })
    await ann.post('/otp/send', SECOND)
    const answer = await ann.post('/otp/verify', { ...SECOND, code: sms.code() })
    expect(answer.body.reason).toBe('no_pending_challenge')
    expect(JSON.stringify(stored)).not.toContain('ann')
  })

  it('T58 an outage of the sessions is a 503, and nobody is half logged in', async () => {
    const sessions = new session.MemoryStore()
    const { browser, errors } = await open({ place, session: { store: sessions } })
    const ann = browser()
    const { set } = sessions
    sessions.set = (_id, _data, done) => done?.(new Error('the disk is full'))
    expect((await ann.post('/password', { userId: 'ann' })).status).toBe(503)
    sessions.set = set
    expect(errors).toMatchObject([{ code: 'ERR_OTP_STORE' }])
    expect((await ann.post('/otp/send', SECOND)).body.errors).toEqual([{ field: 'intent', reason: 'login_required' }])
  })

  it.each<[unknown, RegExp]>([
    [{}, /option "userId" is missing/],
    [{ userId: '' }, /option "userId" is a string; it must be a string of 1 to 256 characters/],
    [{ userId: 5 }, /option "userId" is 5/],
    [{ userId: 'ann', amr: [] }, /option "amr" is \[\]/],
    [{ userId: 'ann', amr: ['PWD!'] }, /option "amr" is \["PWD!"\]; it must be an array of 1 to 8, each a word of RFC 8176, e.g. "pwd"/],
    [{ userId: 'ann', user: 'ann' }, /unknown option "user"/],
  ])('refuses %j by name', async (options, message) => {
    const { browser, errors } = await open({ place })
    expect((await browser().post('/password', options)).status).toBe(500)
    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringMatching(message) })])
  })

  it('refuses where no intent is for it', async () => {
    const { browser, errors } = await open({ place, otp: { intents: { login: {}, second: {} } } })
    await browser().post('/password', { userId: 'ann' })
    expect(errors).toMatchObject([{ message: 'beginSecondFactor: no intent of createOtp has the option "secondFactor"' }])
  })
})

it('T19 a guard refuses an intent whose code logs in', () => {
  const otp = createOtp({ secret: SECRET, channels: [emailChannel({ transport: outbox() })], intents: INTENTS })
  expect(() => requireOtp(otp, { intent: 'second' })).toThrow('option "intent" names "second", whose code logs in and leaves no proof')
})
