import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ChallengeHuman } from 'express-otp/express'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { browserOf, type DoorApp, openDoor, PLACES, type PlaceName } from '../helpers/door-app.js'
import { root } from '../helpers/source-files.js'
import { ANN } from '../security/scenes.js'

const page = readFileSync(join(root, 'docs', 'human-check.md'), 'utf8')
const [server = '', mount = '', client = ''] = [...page.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code)

const SECRET = '1x0000000000000000000000000000000AA'
const HOSTNAME = 'www.example.org'

/** What the documentation of siteverify says: JSON or a form in, one use for each token, JSON out. */
class Siteverify {
  readonly requests: unknown[] = []
  /** Tokens that are still good, and the action and the host that they were solved for. */
  readonly solved = new Map<string, { readonly action: string; readonly hostname: string }>()
  status = 200
  readonly http: Server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req
      .on('data', (chunk) => chunks.push(chunk))
      .on('end', () => {
        const asked = JSON.parse(Buffer.concat(chunks).toString())
        this.requests.push({ method: req.method, url: req.url, type: req.headers['content-type'], ...asked })
        res.writeHead(this.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(this.answer(asked)))
      })
  })

  private answer({ response, secret }: { readonly response: string; readonly secret: string }): object {
    const solved = this.solved.get(response)
    this.solved.delete(response)
    if (secret !== SECRET) return { success: false, 'error-codes': ['invalid-input-secret'] }
    if (solved === undefined) return { success: false, 'error-codes': ['timeout-or-duplicate'] }
    return { success: true, 'error-codes': [], challenge_ts: '2026-01-01T00:00:00.000Z', cdata: '', ...solved }
  }
}

const GOOD = { action: 'otp', hostname: HOSTNAME }
const vendor = new Siteverify()
const folder = mkdtempSync(join(tmpdir(), 'human-check-'))
let challengeHuman: ChallengeHuman

async function importLines<T>(name: string, lines: string): Promise<T> {
  writeFileSync(join(folder, name), lines)
  // What the lines export is what their text says.
  return (await import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href)) as T
}

beforeAll(async () => {
  await new Promise<void>((resolve) => vendor.http.listen(0, '127.0.0.1', resolve))
  const address = vendor.http.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const lines = server.replace('https://challenges.cloudflare.com', origin)
  expect(lines).not.toBe(server)
  challengeHuman = (await importLines<{ challengeHuman: ChallengeHuman }>('human-check.mjs', lines)).challengeHuman
})

afterAll(() => {
  vendor.http.closeAllConnections()
  vendor.http.close()
  rmSync(folder, { recursive: true })
})

beforeEach(() => {
  vi.stubEnv('TURNSTILE_SECRET', SECRET)
  vi.stubEnv('TURNSTILE_HOSTNAME', HOSTNAME)
  vendor.requests.length = 0
  vendor.solved.clear()
  vendor.status = 200
  return () => vi.unstubAllEnvs()
})

/** A door whose address has used up its sends to Ann. */
async function start(place: PlaceName): Promise<DoorApp> {
  const door = await openDoor({ place, router: { challengeHuman }, otp: { limits: { recipientSendsPerHourFromOneBlock: 1 } } })
  expect((await door.browser().post('/otp/send', { to: ANN })).body.status).toBe('sent')
  door.clock.advance(60)
  return door
}

describe.each(PLACES)('the example with Turnstile, %s', (place) => {
  it('T30 lets a solved check buy one send, and asks siteverify as its documentation says', async () => {
    const { browser, sms } = await start(place)
    vendor.solved.set('solved', GOOD)
    expect((await browser().post('/otp/send', { to: ANN })).body.reason).toBe('human_check_required')
    expect(vendor.requests).toEqual([])
    expect((await browser().post('/otp/send', { to: ANN, human: 'solved' })).body.status).toBe('sent')
    const asked = { method: 'POST', url: '/turnstile/v0/siteverify', type: 'application/json' }
    expect(vendor.requests).toEqual([{ ...asked, secret: SECRET, response: 'solved', remoteip: expect.stringContaining('127.0.0.1') }])
    expect(sms.messages).toHaveLength(2)
  })

  it.each<[string, () => void]>([
    ['was made up', () => undefined],
    ['was solved for another form', () => vendor.solved.set('solved', { ...GOOD, action: 'comment' })],
    ['was solved on another site', () => vendor.solved.set('solved', { ...GOOD, hostname: 'evil.example' })],
    ['cannot be asked about, for want of the right secret', () => vi.stubEnv('TURNSTILE_SECRET', 'another')],
  ])('T30 takes no token that %s', async (_what, prepare) => {
    const { browser, sms } = await start(place)
    prepare()
    const refused = await browser().post('/otp/send', { to: ANN, human: 'solved' })
    expect([refused.status, refused.body.reason]).toEqual([403, 'human_check_required'])
    expect(vendor.requests).toHaveLength(1)
    expect(sms.messages).toHaveLength(1)
  })

  it('T30 takes no token while siteverify is broken, and says so', async () => {
    const { browser, otp } = await start(place)
    const heard: unknown[] = []
    otp.on('unavailable', (event) => void heard.push(event))
    vendor.solved.set('solved', GOOD)
    vendor.status = 500
    expect((await browser().post('/otp/send', { to: ANN, human: 'solved' })).body.reason).toBe('human_check_required')
    expect(heard).toMatchObject([{ during: 'human_check', cause: { message: 'siteverify answered 500' } }])
  })

  it('shows the widget where it is asked for, and sends again', async () => {
    const { clock, origin, sms } = await start(place)
    const ann = browserOf(origin)
    const rendered: unknown[] = []
    const render = (where: string, { action, callback }: { readonly action: string; callback(token: string): void }): string => {
      rendered.push([where, action])
      vendor.solved.set('solved', { ...GOOD, action })
      queueMicrotask(() => callback('solved'))
      return 'widget'
    }
    const remove = (widget: string): void => void rendered.push(widget)
    vi.stubGlobal('turnstile', { remove, render })
    const post = async (path: string, { body }: { readonly body: string }): Promise<Response> =>
      new Response((await ann.post(path, body)).text)
    const page = await importLines<{ sendCode(fields: object): Promise<unknown> }>(`send-${place.length}.mjs`, client)
    // The lines of the page and those of the server run in one process here.
    const { fetch } = globalThis
    vi.stubGlobal('fetch', (url: string, init: RequestInit & { readonly body: string }) =>
      url.startsWith('/') ? post(url, init) : fetch(url, init),
    )
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(await page.sendCode({ to: ANN })).toMatchObject({ status: 'sent' })
    expect(rendered).toEqual([['#human', 'otp'], 'widget'])
    expect(sms.messages).toHaveLength(2)
    // What a person cannot change is told, and so is a second no: nobody is asked for ever.
    clock.advance(200)
    expect(await page.sendCode({ to: ANN })).toMatchObject({ reason: 'rate_limited' })
    vendor.status = 500
    expect(await page.sendCode({ to: ANN })).toMatchObject({ reason: 'human_check_required' })
    expect(rendered).toHaveLength(6)
  })
})

it('the example names the option as the router does', () => {
  expect(mount.trim()).toBe('app.use(sessionRouter(otp, { login, challengeHuman }))')
})
