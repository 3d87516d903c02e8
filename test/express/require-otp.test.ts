import { createOtp } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { requireOtp } from 'express-otp/express'
import { outbox } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { type DoorApp, openDoor, PLACES, type PlaceName, SECRET } from '../helpers/door-app.js'
import { postForm } from '../helpers/passport-app.js'
import { ANN, BOB, guess } from '../security/scenes.js'

const HTML = { Accept: 'text/html' }
const INTENTS = { login: {}, pay: { context: ['amount'] }, short: { grantSeconds: 60 } }
const otp = createOtp({ secret: SECRET, channels: [emailChannel({ transport: outbox() })], intents: INTENTS })

describe('options of requireOtp that do not fit each other', () => {
  it.each<[object, RegExp]>([
    [{ intent: [] }, /option "intent" is \[\]; it must be the name of an intent, or an array of 1 to 8/],
    [{ intent: ['login', 'admin'] }, /option "intent" names "admin", which createOtp does not know/],
    [{ intent: 'login', maxAgeSeconds: 600 }, /option "maxAgeSeconds" is 600, but a proof for the intent "login" lives 300 s/],
    [{ intent: ['login', 'short'], maxAgeSeconds: 61 }, /a proof for the intent "short" lives 60 s, its "grantSeconds"/],
    [{ intent: 'login', context: () => ({}) }, /option "context" is given, but the intent "login" is bound to none/],
    [{ intent: 'login', returnTo: '/form' }, /option "returnTo" goes with "loginPage" only/],
    [{ intent: 'login', loginPage: '/code', returnTo: 'https://evil.example' }, /option "returnTo" is "https:\/\/evil.example"/],
  ])('%j is refused at start, by name', (options, message) => {
    expect(() => requireOtp(otp, options as never)).toThrow(message)
  })
})

async function start(place: PlaceName, returnTo?: string): Promise<DoorApp> {
  return await openDoor({
    place,
    otp: { intents: { login: {}, one: {}, two: {} } },
    router: { forms: { page: '/code', done: '/home' } },
    routes(app, service) {
      const page = { loginPage: '/code', returnTo }
      app.all('/step', requireOtp(service, { intent: 'login', ...page }), (_req, res) => void res.json({ done: true }))
      app.post('/asked', requireOtp(service, { intent: 'login', loginPage: '/code?why=step' }), (_req, res) => void res.json({}))
      app.post('/both', requireOtp(service, { intent: ['one', 'two'] }), (req, res) => void res.json(req.otp))
    },
  })
}

describe.each(PLACES)('requireOtp %s', (place) => {
  async function cameBackTo(referer: string, returnTo?: string): Promise<unknown> {
    const app = await start(place, returnTo)
    const ann = app.browser()
    const form = { 'Content-Type': 'application/x-www-form-urlencoded', ...HTML }
    // Something older, that must not be where it leads.
    await ann.get('/step?older', HTML)
    const sent = await ann.post('/step', 'amount=5', { ...form, Referer: referer.replace('HOST', new URL(app.origin).host) })
    expect([sent.status, sent.headers.get('location'), sent.text]).toEqual([303, '/code?otp=otp_required', ''])
    expect((await postForm(ann, '/otp/send', { to: ANN })).status).toBe(200)
    const verified = await ann.post('/otp/verify', `code=${app.sms.code()}`, form)
    expect((await ann.post('/step')).status).toBe(200)
    return verified.headers.get('location')
  }

  it.each([
    ['the page that the form was on', 'http://HOST/form?id=7#top', undefined, '/form?id=7'],
    ['the page that the guard names', 'http://HOST/other', '/form', '/form'],
    ['no page of another host', 'https://evil.example/form', undefined, '/home'],
    ['no page that only looks like one of this host', 'http://HOST@evil.example/form', undefined, '/home'],
    ['no path that a browser reads as another host', 'http://HOST//evil.example', undefined, '/home'],
    ['no page where the browser tells none', '', undefined, '/home'],
    ['no page where it tells nonsense', 'form', undefined, '/home'],
  ])('T50 a person whose form comes without a proof is told so, and comes back to %s', async (_what, referer, returnTo, expected) => {
    expect(await cameBackTo(referer, returnTo)).toBe(expected)
  })

  it('adds the reason to a page that has a query already', async () => {
    const { browser } = await start(place)
    const sent = await browser().post('/asked', 'a=1', { 'Content-Type': 'application/x-www-form-urlencoded', ...HTML })
    expect(sent.headers.get('location')).toBe('/code?why=step&otp=otp_required')
  })

  it('T18 a program is never led away, whatever it posts', async () => {
    const { browser } = await start(place)
    const ann = browser()
    const answers = [
      await ann.post('/step', {}, HTML),
      await postForm(ann, '/step', { amount: '5' }),
      await ann.get('/step'),
      await ann.post('/step', '<a/>', { 'Content-Type': 'text/xml', ...HTML }),
    ]
    for (const { body, headers, status } of answers) {
      expect([status, body.reason]).toEqual([401, 'otp_required'])
      expect(headers.get('www-authenticate')).toMatch(/^OTP error="insufficient_user_authentication", .*max_age=300$/)
    }
  })

  it('T19 T26 with several intents asks for a proof of each, and spends none before all are there', async () => {
    const { browser, sms } = await start(place)
    const ann = browser()
    const prove = async (intent: string, to: string): Promise<void> => {
      await ann.post('/otp/send', { intent, to })
      expect((await guess(ann, sms.code(to), 1, { intent }))[0]?.status).toBe(200)
    }
    await prove('one', ANN)
    for (let tries = 0; tries < 2; tries++) expect((await ann.post('/both')).status).toBe(401)
    await prove('two', BOB)
    const answers = await Promise.all(Array.from({ length: 10 }, () => ann.post('/both')))
    const passed = answers.filter(({ status }) => status === 200)
    expect(passed).toHaveLength(1)
    expect(passed[0]?.body).toMatchObject({
      intent: 'two',
      to: BOB,
      amr: ['otp', 'sms'],
      proved: [
        { intent: 'one', channel: 'sms', to: ANN },
        { intent: 'two', channel: 'sms', to: BOB },
      ],
    })
    expect((await ann.post('/both')).status).toBe(401)
  })
})
