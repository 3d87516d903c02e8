import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { KEY_ID } from './fixtures/unimatrix.js'
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
