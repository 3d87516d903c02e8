import { request } from 'node:http'
import { requireOtp } from 'express-otp/express'
import { describe, expect, it } from 'vitest'
import { type Browser, type DoorApp, openDoor, PLACES, type PlaceName } from '../helpers/door-app.js'
import { ANN, guess } from './scenes.js'

const HTML = { Accept: 'text/html' }

async function start(place: PlaceName, done = '/home'): Promise<DoorApp> {
  return await openDoor({
    place,
    router: { forms: { page: '/login', done } },
    routes(app, otp) {
      app.post('/plant', (req, res) => {
        req.session.otp = { ...req.session.otp, returnTo: String(req.headers['x-to']) }
        res.json({})
      })
      app.use(requireOtp(otp, { intent: 'login', loginPage: '/login' }), (req, res) => void res.json({ path: req.originalUrl }))
    },
  })
}

/** Asks for a path exactly as written; `fetch` would tidy it up. */
function raw(
  { origin }: DoorApp,
  path: string,
  browser: Browser,
): Promise<{ readonly status: number | undefined; readonly location: string | undefined }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin)
    const req = request({ hostname, port, path, headers: HTML }, (res) => {
      for (const line of res.headers['set-cookie'] ?? []) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
        browser.cookies.set(name, value)
      }
      res.resume().on('end', () => resolve({ status: res.statusCode, location: res.headers.location }))
    })
    req.on('error', reject).end()
  })
}

async function codeIn(app: DoorApp, browser: Browser): Promise<unknown> {
  await browser.post('/otp/send', { to: ANN })
  const [answer] = await guess(browser, app.sms.code(), 1)
  return answer?.body.returnTo
}

describe.each(PLACES)('the way back %s', (place) => {
  it('T50 leads to the page that asked for a proof, and only once', async () => {
    const app = await start(place)
    const ann = app.browser()
    const sent = await ann.get('/transfer?to=bob&next=https://example.org', HTML)
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/login'])
    expect(await codeIn(app, ann)).toBe('/transfer?to=bob&next=https://example.org')
    expect((await ann.get('/transfer', HTML)).body).toEqual({ path: '/transfer' })
    expect(await codeIn(app, ann)).toBeUndefined()
  })

  it('T50 leads there once also where no login ends the session', async () => {
    const { browser, sms } = await openDoor({
      place,
      otp: { intents: { transfer: {} } },
      routes: (app, otp) =>
        void app.get('/transfer', requireOtp(otp, { intent: 'transfer', loginPage: '/code' }), (_req, res) => void res.json({})),
    })
    const ann = browser()
    const prove = async (): Promise<unknown> => {
      await ann.post('/otp/send', { to: ANN, intent: 'transfer' })
      return (await guess(ann, sms.code(), 1, { intent: 'transfer' }))[0]?.body.returnTo
    }
    await ann.get('/transfer', HTML)
    expect(await prove()).toBe('/transfer')
    expect(await prove()).toBeUndefined()
  })

  it.each([
    '//evil.example/x',
    '///evil.example',
    '/\\evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
  ])('T50 never leads to another host: %s', async (path) => {
    const app = await start(place)
    const ann = app.browser()
    expect(await raw(app, path, ann)).toEqual({ status: 303, location: '/login' })
    expect(await codeIn(app, ann)).toBeUndefined()
  })

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/.//evil.example', '/a b\u0009c'])(
    'T50 is checked again when it is used: %j',
    async (planted) => {
      const app = await start(place)
      const ann = app.browser()
      await ann.post('/plant', {}, { 'X-To': planted })
      expect(await codeIn(app, ann)).toBeUndefined()
    },
  )

  it('T50 nothing in a request chooses it', async () => {
    const app = await start(place)
    const ann = app.browser()
    await ann.post('/otp/send?returnTo=//evil.example', { to: ANN }, { Referer: 'https://evil.example/' })
    const answer = await ann.post('/otp/verify?returnTo=//evil.example&next=//evil.example', {
      code: app.sms.code(),
      returnTo: '//evil.example',
    })
    expect(answer.body.errors).toEqual([{ field: 'returnTo', reason: 'unknown_field' }])
    const form = { 'Content-Type': 'application/x-www-form-urlencoded', ...HTML }
    const done = await ann.post('/otp/verify?returnTo=//evil.example', `code=${app.sms.code()}`, form)
    expect([done.status, done.headers.get('location')]).toEqual([303, '/home'])
  })

  it('T50 a program that asks for JSON is told, not led away', async () => {
    const app = await start(place)
    for (const accept of ['application/json', '*/*', 'application/json, text/html;q=0.9']) {
      const answer = await app.browser().get('/transfer', { Accept: accept })
      expect([answer.status, answer.body.reason]).toEqual([401, 'otp_required'])
    }
    expect((await app.browser().post('/transfer', {}, HTML)).status).toBe(401)
  })
})
