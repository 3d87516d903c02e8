import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { ANN, guardedRoute, guess, reasons, userOf, userRoutes } from './scenes.js'

const login = ({ to }: { readonly to: string }, req: object): void => void Reflect.set(Reflect.get(req, 'session'), 'user', to)

function stored(sessions: session.MemoryStore): Record<string, string> {
  return Reflect.get(sessions, 'sessions')
}

describe.each(PLACES)('a login %s', (place) => {
  it('T45 gets a new session id; the old one is destroyed and worth nothing, also where it was planted', async () => {
    const sessions = new session.MemoryStore()
    const { browser, sms } = await openDoor({ place, session: { store: sessions }, router: { login }, routes: userRoutes })
    const eve = browser()
    await eve.post('/become', { user: 'eve' })
    const planted = eve.cookies.get('connect.sid') ?? ''
    const ann = browser(eve)
    await ann.post('/otp/send', { to: ANN })
    const before = Object.keys(stored(sessions))
    const [verified] = await guess(ann, sms.code(), 1)
    expect(verified?.body.status).toBe('verified')
    expect(verified?.headers.getSetCookie().some((line) => line.startsWith('connect.sid='))).toBe(true)
    expect(ann.cookies.get('connect.sid')).not.toBe(planted)
    for (const id of before) expect(Object.keys(stored(sessions))).not.toContain(id)
    expect((await ann.get('/whoami')).body.user).toBe(ANN)
    expect((await eve.get('/whoami')).body.user).toBe(null)
  })

  it('T45 the cookie of what was pending is taken away with the login', async () => {
    const { browser, sms } = await openDoor({ place, router: { login } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await guess(ann, sms.code(), 1)
    expect([...ann.cookies.keys()].sort()).toEqual(['connect.sid', 'otp.device', 'otp.login~verified'])
  })

  it('T46 keeps the keys on the list and nothing else', async () => {
    const { browser, sms } = await openDoor({
      place,
      otp: { intents: { login: {}, transfer: {} } },
      router: { login, keep: ['basket', 'missing'], currentUser: () => undefined },
      routes(app) {
        userRoutes(app)
        app.post('/fill', (req, res) => {
          Object.assign(req.session, { basket: ['tea'], csrf: 'token', admin: true, passport: { user: 'eve' }, otpVerified: true })
          res.json({})
        })
        app.get('/keys', (req, res) => void res.json(Object.keys(req.session).sort()))
      },
    })
    const ann = browser()
    await ann.post('/fill')
    await ann.post('/otp/send', { to: ANN, intent: 'transfer' })
    await guess(ann, sms.code(), 1, { intent: 'transfer' })
    await ann.post('/otp/send', { to: 'ann@example.org', intent: 'transfer' })
    await ann.post('/otp/send', { to: '+12068800456' })
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
    expect((await ann.get('/keys')).body).toEqual(['basket', 'cookie', 'user'])
  })

  it('T46 nothing of ours is left in the session after it', async () => {
    const { browser, sms } = await openDoor({ place, router: { login }, routes: userRoutes })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await guess(ann, sms.code(), 1)
    expect((await ann.get('/whoami')).body).toEqual({ user: ANN, otp: null })
  })

  it.each<[string, () => unknown, number, string]>([
    ['is refused by the application', () => false, 400, 'invalid_code'],
    ['is refused later', () => Promise.resolve(false), 400, 'invalid_code'],
    [
      'throws',
      () => {
        throw new Error('the directory is away')
      },
      503,
      'temporarily_unavailable',
    ],
    ['rejects', () => Promise.reject(new Error('the directory is away')), 503, 'temporarily_unavailable'],
  ])('T48 a login that %s is nobody, and the code stays used', async (_how, end, status, reason) => {
    const { browser, sms } = await openDoor({
      place,
      router: {
        login(verified, req) {
          login(verified, req)
          return end()
        },
      },
      routes: userRoutes,
    })
    const ann = browser()
    await ann.post('/become', {})
    await ann.post('/otp/send', { to: ANN })
    const before = browser(ann)
    const [answer] = await guess(ann, sms.code(), 1)
    expect([answer?.status, answer?.body.reason]).toEqual([status, reason])
    expect(answer?.text).not.toContain('directory')
    for (const one of [ann, before]) {
      expect((await one.get('/whoami')).body.user).toBe(null)
      expect(reasons(await guess(one, sms.code(), 1))).toEqual(['no_pending_challenge'])
    }
  })

  it('T48 a recipient who is no user looks like a wrong code', async () => {
    const { browser, sms } = await openDoor({ place, router: { login: () => false } })
    const [known, unknown] = [browser(), browser()]
    await known.post('/otp/send', { to: ANN })
    await unknown.post('/otp/send', { to: '+12068800456' })
    const [[refused], [nobody]] = [await guess(known, wrong(sms.code(ANN)), 1), await guess(unknown, sms.code('+12068800456'), 1)]
    expect([nobody?.status, nobody?.text]).toEqual([refused?.status, refused?.text])
  })

  it('without a login of its own the proof waits in a new session, for a guard', async () => {
    const { browser, sms } = await openDoor({
      place,
      routes(app, otp) {
        userRoutes(app)
        guardedRoute(app, otp, { intent: 'login' })
      },
    })
    const ann = browser()
    await ann.post('/become', {})
    const before = ann.cookies.get('connect.sid')
    await ann.post('/otp/send', { to: ANN })
    await guess(ann, sms.code(), 1)
    expect(ann.cookies.get('connect.sid')).not.toBe(before)
    expect((await ann.get('/otp/status')).body).toEqual({ pending: [], grants: [{ intent: 'login', expiresIn: 300 }] })
    expect((await ann.post('/guarded')).body).toMatchObject({ done: true, otp: { to: ANN } })
    expect((await ann.post('/guarded')).status).toBe(401)
  })

  it('`loginIntent` names the intent that logs in; others leave a proof', async () => {
    const { browser, sms } = await openDoor({
      place,
      otp: { intents: { login: {}, signin: {} } },
      router: { login, loginIntent: 'signin', currentUser: userOf },
      routes: userRoutes,
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN, intent: 'signin' })
    await guess(ann, sms.code(), 1, { intent: 'signin' })
    expect((await ann.get('/whoami')).body.user).toBe(ANN)
    const bob = browser()
    await bob.post('/otp/send', { to: '+12068800456' })
    await guess(bob, sms.code(), 1)
    expect((await bob.get('/whoami')).body).toMatchObject({ user: null, otp: { granted: {} } })
  })
})
