import type { Express } from 'express'
import type { Otp } from 'express-otp'
import session from 'express-session'
import { describe, expect, it } from 'vitest'
import {
  type Answer,
  type Browser,
  type DoorApp,
  type DoorAppOptions,
  openDoor,
  PLACES,
  type PlaceName,
  wrong,
} from '../helpers/door-app.js'
import { ANN, BOB, guardedRoute, userRoutes } from '../security/scenes.js'

const login: NonNullable<DoorAppOptions['router']> = { login: ({ to }, req) => void Reflect.set(req.session, 'user', to) }

const COPIES = 8

/** What a second submission is told: its reason, and whether it may go on. */
function told({ body }: Answer): unknown {
  return body.reason === undefined ? body.status : [body.reason, body.alreadyVerified]
}

const GONE = ['no_pending_challenge', undefined]
const ALREADY = ['no_pending_challenge', true]

/** As many copies of one browser, each with its connection open. */
async function copies(browser: (like?: Browser) => Browser, ann: Browser): Promise<Browser[]> {
  const all = Array.from({ length: COPIES }, () => browser(ann))
  await Promise.all(all.map((one) => one.get('/otp/config')))
  return all
}

describe.each(PLACES)('a second verify after the winning one %s', (place: PlaceName) => {
  const logins = async (more: Partial<DoorAppOptions> = {}): Promise<DoorApp & { readonly ann: Browser; readonly code: string }> => {
    const door = await openDoor({ place, router: login, routes: userRoutes, ...more })
    const ann = door.browser()
    await ann.post('/otp/send', { to: ANN })
    return { ...door, ann, code: door.sms.code() }
  }

  it('T21 is no success, and the browser that won is told so until the code would have ended', async () => {
    const { ann, clock, code } = await logins()
    clock.advance(60)
    expect(told(await ann.post('/otp/verify', { code }))).toBe('verified')
    clock.advance(239.999)
    const again = await ann.post('/otp/verify', { code })
    expect([again.status, told(again)]).toEqual([400, ALREADY])
    expect((await ann.get('/whoami')).body.user).toBe(ANN)
    clock.advance(0.001)
    expect(told(await ann.post('/otp/verify', { code }))).toEqual(GONE)
  })

  it('T22 of many in flight one succeeds, and all others are told that it did', async () => {
    const { ann, browser, code } = await logins()
    const answers = await Promise.all((await copies(browser, ann)).map((one) => one.post('/otp/verify', { code })))
    const said = answers.map(told)
    expect(said.filter((one) => one === 'verified')).toHaveLength(1)
    expect(said.filter((one) => one !== 'verified')).toEqual(Array.from({ length: COPIES - 1 }, () => ALREADY))
  })

  it('T45 the answer of the loser does not take the new session away', async () => {
    const { ann, browser, code } = await logins({ session: { rolling: true, saveUninitialized: true } })
    const copy = browser(ann)
    await ann.post('/otp/verify', { code })
    const late = await copy.post('/otp/verify', { code })
    expect(told(late)).toEqual(ALREADY)
    expect(late.headers.getSetCookie().filter((line) => line.startsWith('connect.sid'))).toEqual([])
  })

  it('T16 tells no other browser, and no older copy of its cookies once nothing can be in flight', async () => {
    const { ann, browser, clock, code } = await logins()
    const before = browser(ann)
    await ann.post('/otp/verify', { code })
    const bob = browser()
    expect(told(await bob.post('/otp/verify', { code }))).toEqual(GONE)
    await bob.post('/otp/send', { to: 'bob@example.org' })
    await bob.post('/otp/cancel')
    expect(told(await bob.post('/otp/verify', { code }))).toEqual(GONE)
    clock.advance(15.001)
    expect(told(await before.post('/otp/verify', { code }))).toEqual(GONE)
  })

  it('T14 tells of its own intent alone', async () => {
    const { ann, code } = await logins({ otp: { intents: { login: {}, transfer: {} } } })
    await ann.post('/otp/verify', { code })
    expect(told(await ann.post('/otp/verify', { code, intent: 'transfer' }))).toEqual(GONE)
  })

  it.each<[string, (app: Express) => void]>([
    ['a logout that destroys the session', (app) => app.post('/out', (req, res) => req.session.destroy(() => res.json({})))],
    ['a logout that renews the session', (app) => app.post('/out', (req, res) => req.session.regenerate(() => res.json({})))],
    [
      'a logout that only forgets the user',
      (app) => app.post('/out', (req, res) => res.json({ left: Reflect.deleteProperty(req.session, 'user') })),
    ],
    ['another user in the same session', (app) => app.post('/out', (req, res) => res.json({ set: Reflect.set(req.session, 'user', BOB) }))],
  ])('T17 tells nobody after %s', async (_what, routes) => {
    const { ann, code } = await logins({ routes })
    await ann.post('/otp/verify', { code })
    await ann.post('/out')
    expect(told(await ann.post('/otp/verify', { code }))).toEqual(GONE)
  })

  it('tells nobody after a cancel, nor with a cookie that was tampered with', async () => {
    const { ann, browser, code } = await logins()
    await ann.post('/otp/verify', { code })
    const forged = browser(ann)
    const cookie = forged.cookies.get('otp.login~verified') ?? ''
    expect(cookie).not.toBe('')
    forged.cookies.set(
      'otp.login~verified',
      cookie.replace(/.$/, (sign) => (sign === 'A' ? 'Q' : 'A')),
    )
    expect(told(await forged.post('/otp/verify', { code }))).toEqual(GONE)
    forged.cookies.set('otp.login', cookie)
    expect(told(await forged.post('/otp/verify', { code }))).toEqual(GONE)
    await ann.post('/otp/cancel')
    expect(told(await ann.post('/otp/verify', { code }))).toEqual(GONE)
  })

  it('T10 says the same of a wrong code, and nothing where the application refused the user', async () => {
    const { ann, code } = await logins()
    await ann.post('/otp/verify', { code })
    expect(told(await ann.post('/otp/verify', { code: wrong(code) }))).toEqual(ALREADY)
    const unknown = await logins({ router: { login: () => false } })
    expect(told(await unknown.ann.post('/otp/verify', { code: unknown.code }))).toEqual(['invalid_code', undefined])
    expect(told(await unknown.ann.post('/otp/verify', { code: unknown.code }))).toEqual(GONE)
  })

  it('T26 tells of a grant as long as it is worth something', async () => {
    const intent = 'transfer'
    const { browser, clock, sms } = await openDoor({
      place,
      otp: { intents: { transfer: { grantSeconds: 60 } } },
      routes: (app: Express, otp: Otp) => guardedRoute(app, otp, { intent }),
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN, intent })
    const again = () => ann.post('/otp/verify', { code: sms.code(), intent })
    const many = await Promise.all((await copies(browser, ann)).map((one) => one.post('/otp/verify', { code: sms.code(), intent })))
    expect(many.map(told).filter((one) => one === 'verified')).toHaveLength(1)
    expect(many.map(told).filter((one) => one !== 'verified')).toEqual(Array.from({ length: COPIES - 1 }, () => ALREADY))

    await ann.post('/otp/send', { to: 'ann@example.org', intent })
    await ann.post('/otp/cancel', { intent })
    await ann.post('/otp/send', { to: BOB, intent })
    expect(told(await again())).toBe('verified')
    clock.advance(59.999)
    expect(told(await again())).toEqual(ALREADY)
    expect((await ann.post('/guarded')).status).toBe(200)
    expect(told(await again())).toEqual(GONE)
  })

  it('costs no session where the browser has none', async () => {
    const sessions = new session.MemoryStore()
    const { ann, browser, code } = await logins({ session: { store: sessions } })
    await ann.post('/otp/verify', { code })
    const bare = browser()
    await bare.post('/otp/verify', { code })
    expect([...bare.cookies.keys()]).toEqual([])
  })
})
