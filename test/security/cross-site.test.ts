import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { type DoorApp, openDoor, PLACES } from '../helpers/door-app.js'
import { ANN } from './scenes.js'

const ROUTES: readonly (readonly [string, object])[] = [
  ['/otp/send', { to: ANN }],
  ['/otp/resend', {}],
  ['/otp/verify', { code: '123456' }],
  ['/otp/cancel', {}],
]

/** A request with these headers and no others of a browser. */
async function bare({ origin }: DoorApp, path: string, body: object, headers: Readonly<Record<string, string>>): Promise<Response> {
  return await fetch(origin + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

describe.each(PLACES)('requests of other sites %s', (place) => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['cross-site by its metadata', { 'Sec-Fetch-Site': 'cross-site' }],
    ['same-site by its metadata', { 'Sec-Fetch-Site': 'same-site' }],
    ['typed by its metadata', { 'Sec-Fetch-Site': 'none' }],
    ['of another origin', { Origin: 'https://evil.example' }],
    ['of no origin', { Origin: 'null' }],
    ['of another origin that forwards its host', { Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example' }],
  ])('T44 one that is %s is refused before anything is looked at', async (_what, headers) => {
    const sessions = new session.MemoryStore()
    const app = await openDoor({ place, session: { store: sessions } })
    for (const [path, body] of ROUTES) {
      for (const sent of [body, {}, { x: 1 }]) {
        const response = await bare(app, path, sent, headers)
        expect(response.status).toBe(403)
        expect(await response.json()).toEqual({
          type: 'urn:express-otp:cross_site',
          title: 'The request came from another site.',
          status: 403,
          reason: 'cross_site',
        })
        expect(response.headers.getSetCookie()).toEqual([])
        expect(response.headers.get('access-control-allow-origin')).toBeNull()
      }
    }
    expect([app.sms.messages, Object.keys(Reflect.get(sessions, 'sessions'))]).toEqual([[], []])
    expect((await app.browser().post('/otp/send', { to: ANN })).status).toBe(200)
  })

  it('T44 a victim who is signed in is safe from a cookie that rides along', async () => {
    const app = await openDoor({ place })
    const ann = app.browser()
    await ann.post('/otp/send', { to: ANN })
    const cookie = [...ann.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const forged = await bare(app, '/otp/verify', { code: app.sms.code() }, { Cookie: cookie, Origin: 'https://evil.example' })
    expect(forged.status).toBe(403)
    expect((await ann.post('/otp/verify', { code: app.sms.code() })).body.status).toBe('verified')
  })

  it('T44 takes its own origin, and what says nothing of its origin as JSON', async () => {
    const app = await openDoor({ place })
    expect((await bare(app, '/otp/send', { to: ANN }, { Origin: app.origin })).status).toBe(200)
    expect((await bare(app, '/otp/send', { to: 'ann@example.org' }, {})).status).toBe(200)
    const [, port] = app.origin.split('127.0.0.1:')
    expect((await bare(app, '/otp/cancel', {}, { Origin: `http://localhost:${port}` })).status).toBe(403)
  })

  it('T44 `strict` refuses what says nothing of its origin', async () => {
    const app = await openDoor({ place, router: { strict: true } })
    expect((await bare(app, '/otp/send', { to: ANN }, {})).status).toBe(403)
    expect((await bare(app, '/otp/send', { to: ANN }, { Origin: app.origin })).status).toBe(200)
  })

  it('T44 `sameSite` lets sibling hosts post, and nobody else', async () => {
    const app = await openDoor({ place, router: { sameSite: true } })
    expect((await bare(app, '/otp/send', { to: ANN }, { 'Sec-Fetch-Site': 'same-site' })).status).toBe(200)
    expect((await bare(app, '/otp/send', { to: ANN }, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  })

  it('T44 `origins` is the whole list of origins that may post', async () => {
    const app = await openDoor({ place, router: { origins: ['https://www.example.org'] } })
    expect((await bare(app, '/otp/send', { to: ANN }, { Origin: 'https://www.example.org' })).status).toBe(200)
    expect((await bare(app, '/otp/send', { to: ANN }, { Origin: app.origin })).status).toBe(403)
    expect((await bare(app, '/otp/send', { to: ANN }, { Origin: 'https://www.example.org', 'Sec-Fetch-Site': 'cross-site' })).status).toBe(
      403,
    )
  })

  it('T44 the answers for GET are read by nobody else: no other origin is allowed to', async () => {
    const app = await openDoor({ place })
    for (const path of ['/otp/status', '/otp/config']) {
      const response = await fetch(app.origin + path, { headers: { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' } })
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
      await response.text()
    }
  })
})
