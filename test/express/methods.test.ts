import { describe, expect, it } from 'vitest'
import { openDoor, PLACES } from '../helpers/door-app.js'

interface Route {
  readonly method: string
  readonly name: string
  readonly allowed: string
}

const ROUTES: readonly Route[] = [
  ...routes(['send', 'resend', 'verify', 'cancel'], ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'POST'),
  ...routes(['status', 'config'], ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'GET'),
]

function routes(names: readonly string[], methods: readonly string[], allowed: string): Route[] {
  return names.flatMap((name) => methods.map((method) => ({ method, name, allowed })))
}

describe.each(PLACES)('methods and paths %s', (place) => {
  it('T38 every other method is refused with the one that is allowed', async () => {
    const { origin, sms } = await openDoor({ place })
    for (const { method, name, allowed } of ROUTES) {
      const response = await fetch(`${origin}/otp/${name}`, { method, headers: { 'Sec-Fetch-Site': 'same-origin' } })
      expect([method, name, response.status, response.headers.get('allow')]).toEqual([method, name, 405, allowed])
      const text = await response.text()
      if (method !== 'HEAD') expect(JSON.parse(text)).toMatchObject({ status: 405, reason: 'method_not_allowed' })
    }
    expect(sms.messages).toHaveLength(0)
  })

  it('HEAD reads what GET reads, without the body', async () => {
    const { origin } = await openDoor({ place })
    for (const name of ['status', 'config']) {
      const response = await fetch(`${origin}/otp/${name}`, { method: 'HEAD' })
      expect([response.status, await response.text()]).toEqual([200, ''])
    }
  })

  it('finds a route in any case and with a slash at its end, and no other', async () => {
    const { browser } = await openDoor({ place })
    const ann = browser()
    for (const path of ['/otp/config', '/OTP/Config', '/otp/config/']) expect((await ann.get(path)).status).toBe(200)
    for (const path of [
      '/otp',
      '/otp/',
      '/otp/config//',
      '//otp/config',
      '/otp//config',
      '/otp/con%66ig',
      '/x/otp/config',
      '/otp/__proto__',
      '/otp/constructor',
    ]) {
      expect([path, (await ann.get(path)).status]).toEqual([path, 404])
    }
  })

  it('hangs where `path` says, and passes everything else on', async () => {
    const { browser } = await openDoor({
      place,
      router: { path: '/api/codes' },
      routes: (app) => void app.get('/otp/config', (_req, res) => void res.json({ mine: true })),
    })
    const ann = browser()
    expect((await ann.get('/api/codes/config')).body.channels).toEqual(['sms', 'email'])
    expect((await ann.get('/otp/config')).body).toEqual({ mine: true })
  })
})
