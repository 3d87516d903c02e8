import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPackage, type DemoProcess, startExample } from '../helpers/demo-process.js'
import { type Answer, type HttpClient, httpClient } from './http-client.js'
import { type InboxMessage, wrong } from './login-app.js'

const HTML = { accept: 'text/html', 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }

describe('the second-factor example, as a process of its own and without scripts', () => {
  let app: DemoProcess
  beforeAll(async () => {
    buildPackage()
    app = await startExample('second-factor')
  }, 60_000)
  afterAll(() => app.stop())

  const fill = async (client: HttpClient, path: string, fields: Record<string, string>): Promise<Answer> =>
    await client.postText(path, new URLSearchParams(fields).toString(), HTML)
  const enter = (client: HttpClient, username: string, password: string): Promise<Answer> => fill(client, '/login', { username, password })
  async function newest(): Promise<InboxMessage> {
    // Our own example answers nothing else.
    const [message] = (await (await fetch(`${app.url}/inbox.json`)).json()) as readonly InboxMessage[]
    if (message === undefined) throw new Error('the inbox is empty')
    return message
  }

  it('asks for a password, then for a code, and tells by what somebody logged in', async () => {
    const ann = httpClient(app.url)
    expect((await ann.get('/')).headers.get('location')).toBe('/login')
    expect((await ann.get('/login')).text).toContain('action="/login"')
    expect((await enter(ann, 'ann', 'correct horse')).headers.get('location')).toBe('/login')
    const half = await enter(ann, 'ann', 'correct horse battery')
    expect([half.status, half.headers.get('location')]).toEqual([303, '/code'])
    expect((await ann.get('/me')).status).toBe(401)

    const sent = await fill(ann, '/otp/send', { intent: 'second-factor' })
    expect(sent.headers.get('location')).toBe('/code')
    const { code, to } = await newest()
    expect(to).toBe('+12068800123')
    const refused = await fill(ann, '/otp/verify', { intent: 'second-factor', code: wrong(code) })
    expect(refused.headers.get('location')).toBe('/code?otp=invalid_code')
    expect((await ann.get('/code?otp=invalid_code')).text).toContain('role="alert"')
    const right = await fill(ann, '/otp/verify', { intent: 'second-factor', code })
    expect(right.headers.get('location')).toBe('/')
    expect((await ann.get('/me')).json).toEqual({ user: 'ann', amr: ['pwd', 'otp', 'sms', 'mfa'] })
    expect((await ann.get('/')).text).toContain('Hello ann')
    expect((await fill(ann, '/logout', {})).headers.get('location')).toBe('/login')
    expect((await ann.get('/me')).status).toBe(401)
  })

  it('T09 asks a browser that is remembered for the password alone, and another user of it for both', async () => {
    const dave = httpClient(app.url)
    await fill(dave, '/login', { username: 'dave', password: 'staple of the day', remember: 'on' })
    await fill(dave, '/otp/send', { intent: 'second-factor' })
    await fill(dave, '/otp/verify', { intent: 'second-factor', code: (await newest()).code })
    expect((await dave.get('/me')).json).toEqual({ user: 'dave', amr: ['pwd', 'otp'] })
    await fill(dave, '/logout', {})
    expect((await enter(dave, 'dave', 'staple')).headers.get('location')).toBe('/login')
    expect((await enter(dave, 'dave', 'staple of the day')).headers.get('location')).toBe('/')
    expect((await dave.get('/me')).json).toEqual({ user: 'dave', amr: [] })
    expect((await enter(dave, 'ann', 'correct horse battery')).headers.get('location')).toBe('/code')
    expect((await dave.get('/me')).status).toBe(401)
  })

  it('T18 sends to nobody without the password, and to no address of the request', async () => {
    const eve = httpClient(app.url)
    const json = { 'sec-fetch-site': 'same-origin' }
    expect((await eve.post('/otp/send', { intent: 'second-factor' }, json)).json.errors).toEqual([
      { field: 'intent', reason: 'login_required' },
    ])
    await enter(eve, 'dave', 'staple of the day')
    const chosen = await eve.post('/otp/send', { intent: 'second-factor', to: 'eve@example.org' }, json)
    expect(chosen.json.errors).toEqual([{ field: 'to', reason: 'not_allowed' }])
    expect((await eve.post('/otp/send', { intent: 'second-factor' }, json)).status).toBe(200)
    expect((await newest()).to).toBe('dave@example.org')
  })
})
