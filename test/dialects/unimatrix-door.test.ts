import { request } from 'node:http'
import { memoryStore } from 'express-otp/stores/memory'
import { testClock } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { unimatrixDialect } from '../../src/dialects/unimatrix.js'
import { openApi } from '../helpers/api-app.js'
import { KEY_ID, SECRET, VECTORS } from './fixtures/unimatrix.js'
import { openDoor, TO } from './unimatrix-door.js'

describe('the door', () => {
  const query = `/?action=otp.send&accessKeyId=${KEY_ID}`

  it('T42 T67 answers what never gets to the dialect in its envelope too', async () => {
    const { post, errors } = await openDoor({ rights: ['send', 'unsigned'] })
    expect(await post(query, undefined, { origin: 'https://evil.example' })).toMatchObject({ status: 403, code: '105001' })
    expect(await post(query, { to: TO, x: 'x'.repeat(5000) })).toMatchObject({ status: 413, code: '104002' })
    expect(await post(query, 'to=1', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 415,
      code: '104002',
    })
    expect(errors).toEqual([])
  })

  it('T67 refuses an address that failed thirty times, but no right key from there', async () => {
    const { client, post } = await openDoor()
    const failures = await Promise.all(Array.from({ length: 30 }, async () => (await post(query)).code))
    expect(new Set(failures)).toEqual(new Set(['104201']))
    expect(await post(query)).toMatchObject({ status: 429, code: '105300' })
    expect(await client.otp.send({ to: TO })).toMatchObject({ code: '0' })
  })

  it('[O] at the root takes no page of the application away; below a prefix everything is its own', async () => {
    const { origin } = await openDoor()
    expect((await fetch(`${origin}/`)).headers.get('x-uni-request-id')).toBeNull()
    expect((await fetch(`${origin}/login`, { method: 'POST' })).headers.get('x-uni-request-id')).toBeNull()
    expect((await fetch(`${origin}/?action=otp.send`)).status).toBe(405)
    const below = await openDoor({ mount: '/unimatrix' })
    expect(await below.post(`/unimatrix/else${query.slice(1)}`)).toMatchObject({ status: 404, code: '104002' })
  })

  describe.each(VECTORS)('T69 $title', ({ now, query: signed, signatures }) => {
    it.each(signatures)('takes %s, once', async (signature) => {
      const clock = testClock(now)
      const keys = [{ id: signed.accessKeyId ?? '', secret: SECRET }]
      const { origin } = await openApi({ dialect: unimatrixDialect(), keys, otp: { clock, store: memoryStore({ clock }) } })
      const body = JSON.stringify({ to: TO, code: '123456' })
      const heard = async (): Promise<unknown> => {
        const parameters = new URLSearchParams({ ...signed, signature })
        const answer = await fetch(`${origin}/?${parameters}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
        return await answer.json()
      }
      // A code of the caller's own is refused after the signature was right; a code that never was is wrong.
      expect(await heard()).toMatchObject({ code: signed.action === 'otp.send' ? '104003' : '0' })
      expect(await heard()).toMatchObject({ code: '104201' })
    })
  })

  it('spells its header as the .NET client looks for it', async () => {
    const { origin } = await openDoor()
    const names = await new Promise<readonly string[]>((resolve, reject) => {
      request(`${origin}${query}`, { method: 'POST' }, (answer) => {
        answer.resume()
        resolve(answer.rawHeaders)
      })
        .on('error', reject)
        .end()
    })
    expect(names).toContain('X-Uni-Request-Id')
  })
})
