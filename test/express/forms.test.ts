import express from 'express'
import { describe, expect, it } from 'vitest'
import { type Answer, type Browser, type DoorApp, openDoor, PLACES, type PlaceName, wrong } from '../helpers/door-app.js'

const ANN = '+12068800123'
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

async function start(place: PlaceName, page = '/login'): Promise<DoorApp> {
  return await openDoor({
    place,
    router: { forms: { page, done: '/home' }, login: ({ to }, req) => void Reflect.set(req.session, 'user', to) },
  })
}

function form(browser: Browser, path: string, fields: Readonly<Record<string, string>> | string, headers = {}): Promise<Answer> {
  const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString()
  return browser.post(path, body, { ...FORM, ...headers })
}

describe.each(PLACES)('forms %s', (place) => {
  it('send the browser on after every post, so that a reload posts nothing again', async () => {
    const { browser, clock, sms } = await start(place)
    const ann = browser()
    const went = async (path: string, fields: Readonly<Record<string, string>>): Promise<unknown[]> => {
      const { status, headers, text } = await form(ann, path, fields)
      return [status, headers.get('location'), text, headers.get('cache-control')]
    }
    const to = (location: string): unknown[] => [303, location, '', 'no-store']
    expect(await went('/otp/send', { to: 'nobody' })).toEqual(to('/login?otp=invalid_request'))
    expect(await went('/otp/verify', { code: '123456' })).toEqual(to('/login?otp=no_pending_challenge'))
    expect(await went('/otp/send', { to: ANN })).toEqual(to('/login'))
    expect(await went('/otp/send', { to: ANN })).toEqual(to('/login'))
    clock.advance(2)
    expect(await went('/otp/send', { to: ANN })).toEqual(to('/login?otp=rate_limited'))
    expect(await went('/otp/resend', {})).toEqual(to('/login?otp=rate_limited'))
    expect(await went('/otp/verify', { code: wrong(sms.code()) })).toEqual(to('/login?otp=invalid_code'))
    expect(await went('/otp/verify', { code: sms.code() })).toEqual(to('/home'))
    expect(await went('/otp/cancel', {})).toEqual(to('/login'))
  })

  it('lead to `/` where no other page is named, and keep the query of the page', async () => {
    const { browser, sms } = await openDoor({ place, router: { forms: { page: '/in?step=code' } } })
    const ann = browser()
    expect((await form(ann, '/otp/send', { to: 'nobody' })).headers.get('location')).toBe('/in?step=code&otp=invalid_request')
    await form(ann, '/otp/send', { to: ANN })
    expect((await form(ann, '/otp/verify', { code: sms.code() })).headers.get('location')).toBe('/')
  })

  it('are answered with JSON where the browser asks for it, and JSON always is', async () => {
    const { browser } = await start(place)
    const ann = browser()
    const asked = await form(ann, '/otp/send', { to: 'nobody' }, { Accept: 'application/json' })
    expect([asked.status, asked.body.reason]).toEqual([400, 'invalid_request'])
    const json = await ann.post('/otp/send', { to: 'nobody' }, { Accept: 'text/html' })
    expect([json.status, json.body.reason]).toEqual([400, 'invalid_request'])
  })

  it('T38 need the word of a browser of today: without fetch metadata and without an origin they are refused', async () => {
    const { origin, sms } = await start(place)
    const post = (headers: Readonly<Record<string, string>>): Promise<Response> =>
      fetch(`${origin}/otp/send`, {
        method: 'POST',
        redirect: 'manual',
        headers: { ...FORM, ...headers },
        body: `to=${encodeURIComponent(ANN)}`,
      })
    for (const headers of [
      {},
      { Referer: `${origin}/login` },
      { Origin: 'null' },
      { Origin: 'https://evil.example' },
      { 'Sec-Fetch-Site': 'none' },
    ]) {
      const refused = await post(headers)
      expect([refused.status, await refused.json()]).toEqual([403, expect.objectContaining({ reason: 'cross_site' })])
    }
    expect(sms.messages).toHaveLength(0)
    expect((await post({ Origin: origin })).status).toBe(303)
  })

  it.each([
    'to=%2B12068800123&to=%2B12068800456',
    'code=123456&code=654321',
    'to=%2B12068800123&to=%2B12068800123',
    '__proto__=x&__proto__=y',
  ])('T38 the repeated field in %s is refused', async (body) => {
    const { browser, sms } = await start(place)
    for (const path of ['/otp/send', '/otp/verify']) {
      const answer = await form(browser(), path, body)
      expect([answer.status, answer.body.errors]).toEqual([400, [{ field: 'body', reason: 'repeated_field' }]])
    }
    expect(sms.messages).toHaveLength(0)
  })

  it.each(['to[]=%2B12068800123', 'to[a]=b', 'context[payee]=Ann', 'x=1', '=1', '__proto__=1', 'constructor=1'])(
    'T38 T43 the field in %s is no field of ours',
    async (body) => {
      const { browser, sms } = await start(place)
      const answer = await form(browser(), '/otp/send', `to=%2B12068800123&${body}`, { Accept: 'application/json' })
      expect([answer.status, answer.body.reason]).toEqual([400, 'invalid_request'])
      expect(sms.messages).toHaveLength(0)
    },
  )

  it('T38 are read the same where the application has parsed them: no arrays, no objects', async () => {
    const { browser, sms } = await openDoor({
      place,
      before: (app) => void app.use(express.urlencoded({ extended: true })),
      router: { forms: { page: '/login' } },
    })
    for (const body of ['to=%2B12068800123&to=x', 'to[]=%2B12068800123', 'to[$ne]=x', 'code[toString]=123456']) {
      const answer = await form(browser(), '/otp/send', body)
      expect([answer.status, answer.body.errors]).toEqual([400, [{ field: 'body', reason: 'repeated_field' }]])
    }
    expect((await form(browser(), '/otp/send', { to: ANN })).status).toBe(303)
    expect(sms.messages).toHaveLength(1)
  })

  it('T38 without the option a form is not taken', async () => {
    const { browser } = await openDoor({ place })
    expect((await form(browser(), '/otp/send', { to: ANN })).body.reason).toBe('unsupported_media_type')
  })

  it('T42 a form of more than 4 KiB is refused', async () => {
    const { browser } = await start(place)
    expect((await form(browser(), '/otp/send', { to: 'x'.repeat(4096) })).status).toBe(413)
  })
})
