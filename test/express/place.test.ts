import { memoryStore } from 'express-otp/stores/memory'
import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { type DoorApp, type DoorAppOptions, openDoor, wrong } from '../helpers/door-app.js'
import { userOf, userRoutes } from '../security/scenes.js'

const ANN = '+12068800123'
const AHEAD = 'ahead of the session'

/** An app that counts how often its sessions are read and written. */
async function counted(options: DoorAppOptions): Promise<DoorApp & { readonly calls: string[] }> {
  const store = new session.MemoryStore()
  const calls: string[] = []
  for (const verb of ['get', 'set', 'destroy'] as const) {
    const whole = store[verb].bind(store) as (...args: readonly unknown[]) => void
    Reflect.set(store, verb, (...args: readonly unknown[]) => {
      calls.push(verb)
      whole(...args)
    })
  }
  const app = await openDoor({ ...options, session: { store } })
  return { ...app, calls }
}

describe.each([AHEAD, 'behind the session'] as const)('%s', (place) => {
  it('a login writes the new session once, also over an old one', async () => {
    const login = ({ to }: { readonly to: string }, req: object) => void Reflect.set(Reflect.get(req, 'session'), 'user', to)
    const { browser, sms, calls } = await counted({ place, router: { login }, routes: userRoutes })
    const ann = browser()
    await ann.post('/become', { user: 'bob' })
    await ann.post('/otp/send', { to: ANN })
    calls.length = 0
    expect((await ann.post('/otp/verify', { code: sms.code() })).status).toBe(200)
    expect(calls.filter((verb) => verb === 'set')).toEqual(['set'])
  })

  it('what the application adds to the new session afterwards is written too', async () => {
    const login = (_verified: unknown, req: object) => void Reflect.set(Reflect.get(req, 'session'), 'user', ANN)
    const { browser, sms, calls } = await counted({
      place,
      router: { login },
      before: (app) =>
        app.use((req, res, next) => {
          const end = res.writeHead.bind(res)
          Reflect.set(res, 'writeHead', (...args: Parameters<typeof res.writeHead>) => {
            if (req.path === '/otp/verify') Reflect.set(req.session, 'seen', 'late')
            return end(...args)
          })
          next()
        }),
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    calls.length = 0
    await ann.post('/otp/verify', { code: sms.code() })
    expect(calls.filter((verb) => verb === 'set')).toEqual(['set', 'set'])
  })
})

describe('ahead of the session', () => {
  it('a login destroys no session where the browser had none', async () => {
    const login = ({ to }: { readonly to: string }, req: object) => void Reflect.set(Reflect.get(req, 'session'), 'user', to)
    const { browser, sms, calls } = await counted({ place: AHEAD, router: { login } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    expect((await ann.post('/otp/verify', { code: sms.code() })).status).toBe(200)
    expect(calls).toEqual(['set'])
  })

  it('T45 a login destroys the session that the browser had', async () => {
    const login = ({ to }: { readonly to: string }, req: object) => void Reflect.set(Reflect.get(req, 'session'), 'user', to)
    const { browser, sms, calls } = await counted({ place: AHEAD, router: { login }, routes: userRoutes })
    const ann = browser()
    await ann.post('/become', { user: 'bob' })
    await ann.post('/otp/send', { to: ANN })
    calls.length = 0
    expect((await ann.post('/otp/verify', { code: sms.code() })).status).toBe(200)
    expect(calls).toEqual(['get', 'destroy', 'set'])
  })

  it('send, resend, wrong codes and cancel of a login never touch the session', async () => {
    const { browser, sms, clock, calls } = await counted({ place: AHEAD })
    const ann = browser()
    ann.cookies.set('connect.sid', 's%3Anobody.signature')
    await ann.post('/otp/send', { to: ANN })
    clock.advance(30)
    await ann.post('/otp/resend')
    await ann.post('/otp/verify', { code: wrong(sms.code()) })
    await ann.post('/otp/cancel')
    expect(calls).toEqual([])
    expect([...ann.cookies.keys()]).toEqual(['connect.sid'])
  })

  it('a right code loads the session, gives it a new id and saves it', async () => {
    const { browser, sms, calls } = await counted({
      place: AHEAD,
      router: { login: ({ to }, req) => void Reflect.set(req.session, 'user', to) },
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    expect(calls).toEqual([])
    await ann.post('/otp/verify', { code: sms.code() })
    expect(calls).toContain('set')
    expect([...ann.cookies.keys()].sort()).toEqual(['connect.sid', 'otp.device', 'otp.login~verified'])
  })

  it('T04 T49 the cookie holds the id and the binder, is signed, HttpOnly, Lax and lives as long as the code', async () => {
    const { browser } = await counted({ place: AHEAD, otp: { intents: { login: { ttlSeconds: 90 } } } })
    const ann = browser()
    const sent = await ann.post('/otp/send', { to: ANN })
    const [line = '', ...others] = sent.headers.getSetCookie()
    expect(others).toEqual([])
    const [pair = '', ...attributes] = line.split('; ')
    expect(attributes).toEqual(['Path=/', 'Max-Age=90', 'HttpOnly', 'SameSite=Lax'])
    expect(pair).toMatch(new RegExp(`^otp\\.login=${sent.body.id}\\.\\.[\\w-]{22}$`))
  })

  it('T49 the cookie is Secure where the connection is', async () => {
    const { browser } = await counted({ place: AHEAD, before: (app) => app.set('trust proxy', 1) })
    const sent = await browser().post('/otp/send', { to: ANN }, { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '192.0.2.1' })
    expect(sent.headers.getSetCookie()[0]).toMatch(/; Secure$/)
  })

  it('an intent that has to know the user loads the session, and so does `userBound: true`', async () => {
    for (const intents of [{ transfer: {} }, { login: { userBound: true } }]) {
      const { browser, calls } = await counted({ place: AHEAD, otp: { intents } })
      const ann = browser()
      ann.cookies.set('connect.sid', 's%3Anobody.signature')
      expect((await ann.post('/otp/send', { to: ANN, intent: Object.keys(intents)[0] })).status).toBe(200)
      expect(calls).toEqual([])
    }
  })

  it('an intent with `userBound: false` is sent without a look at the session', async () => {
    const { browser, sms, calls } = await counted({
      place: AHEAD,
      otp: { intents: { contact: { userBound: false } }, store: memoryStore() },
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN, intent: 'contact' })
    expect(calls).toEqual([])
    expect((await ann.post('/otp/verify', { code: sms.code(), intent: 'contact' })).status).toBe(200)
    expect(calls).toContain('set')
  })

  it('T17 says at once where `sessionCookie` names another cookie than the session has', async () => {
    const { browser, sms, errors } = await counted({
      place: AHEAD,
      router: { sessionCookie: 'sid' },
      routes: (app) => {
        app.post('/begin', (req, res) => {
          Reflect.set(req.session, 'x', 1)
          res.json({})
        })
      },
    })
    const ann = browser()
    await ann.post('/begin')
    await ann.post('/otp/send', { to: ANN })
    if (sms.messages.length > 0) expect((await ann.post('/otp/verify', { code: sms.code() })).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'ERR_OTP_OPTION', message: expect.stringContaining('option "sessionCookie" is "sid"') }])
  })
})

describe('a session cookie with another name', () => {
  it('T17 is watched where `sessionCookie` names it: after a login in between the code is nothing', async () => {
    const { browser, sms } = await openDoor({
      place: AHEAD,
      session: { name: 'sid' },
      router: { sessionCookie: 'sid', currentUser: userOf },
      routes: userRoutes,
    })
    const [ann, bob] = [browser(), browser()]
    for (const one of [ann, bob]) await one.post('/become', { user: 'eve' })
    await ann.post('/otp/send', { to: ANN })
    await ann.post('/become', { user: 'ann' })
    expect((await ann.post('/otp/verify', { code: sms.code() })).body.reason).toBe('no_pending_challenge')
    await bob.post('/otp/send', { to: '+12068800456' })
    expect((await bob.post('/otp/verify', { code: sms.code() })).body.status).toBe('verified')
  })
})

describe('behind the session', () => {
  it('T58 a send saves the session once, before the message goes out; a resend and a wrong code not at all', async () => {
    const order: string[] = []
    const { browser, sms, clock, calls } = await counted({})
    const deliver = sms.deliver.bind(sms)
    sms.deliver = (message, options) => {
      order.push(...calls, 'deliver')
      return deliver(message, options)
    }
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    expect(order).toEqual(['set', 'deliver'])
    expect(calls).toEqual(['set'])
    clock.advance(30)
    await ann.post('/otp/resend')
    await ann.post('/otp/verify', { code: wrong(sms.code()) })
    expect(calls.filter((call) => call === 'set')).toHaveLength(1)
  })

  it('T61 the session holds the id of the challenge and nothing else of ours', async () => {
    const { browser } = await openDoor({ routes: (app) => void app.get('/session', (req, res) => void res.json(req.session)) })
    const ann = browser()
    const sent = await ann.post('/otp/send', { to: ANN })
    const { cookie, ...rest } = (await ann.get('/session')).body
    expect(cookie).toBeDefined()
    expect(rest).toEqual({ otp: { pending: { login: sent.body.id } } })
  })
})
