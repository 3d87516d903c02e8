import { describe, expect, it } from 'vitest'
import { bench, MAIL, PHONE } from './sendmator-bench.js'

const bySms = { channels: ['sms'], recipients: { sms: PHONE } }
const toPerson = (person: number): object => ({ channels: ['email'], recipients: { email: `person${person}@example.org` } })

describe('the windows of the vendor count what was sent', () => {
  it('T28 one person who asks again and again takes nothing from the others behind the same backend', async () => {
    const open = bench({ dialect: { sendsPerHourPerAddress: 20 } })
    const statuses: number[] = []
    for (let ask = 0; ask < 22; ask += 1) statuses.push((await open.ask('send', bySms)).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    for (let person = 1; person < 20; person += 1) expect((await open.ask('send', toPerson(person))).status).toBe(200)
    expect(await open.ask('send', toPerson(20))).toMatchObject({ status: 429, headers: { 'X-RateLimit-Limit': '20' } })
  })

  it('T28 a refusal for 30 seconds stays one, however often it is heard', async () => {
    const open = bench()
    await open.ask('send', bySms)
    for (let ask = 0; ask < 10; ask += 1) {
      expect(await open.ask('send', bySms)).toMatchObject({
        status: 429,
        headers: { 'Retry-After': '30', 'X-RateLimit-Limit': '5', 'X-RateLimit-Remaining': '4' },
      })
    }
    open.clock.advance(30)
    expect(await open.ask('send', bySms)).toMatchObject({ status: 200, headers: { 'X-RateLimit-Remaining': '3' } })
  })

  it('T28 so does a refusal to resend', async () => {
    const open = bench({ dialect: { sendsPer5Minutes: 2, sendsPerHourPerAddress: 2 } })
    const { body } = await open.ask('send', bySms)
    const again = { token: body.session_token }
    for (let ask = 0; ask < 5; ask += 1)
      expect(await open.ask('resend', again)).toMatchObject({ status: 429, headers: { 'Retry-After': '30' } })
    open.clock.advance(30)
    expect((await open.ask('resend', again)).status).toBe(200)
    expect(await open.ask('send', toPerson(1))).toMatchObject({ status: 429, headers: { 'X-RateLimit-Limit': '2' } })
  })

  it('gives a place back where another window is full', async () => {
    const open = bench({ dialect: { sendsPer5Minutes: 2, sendsPerHourPerAddress: 3 } })
    await open.ask('send', bySms)
    open.clock.advance(30)
    await open.ask('send', bySms)
    // The window of the number is full: neither the mailbox beside it nor the host loses anything.
    const both = { channels: ['sms', 'email'], recipients: { sms: PHONE, email: MAIL } }
    for (let ask = 0; ask < 3; ask += 1)
      expect(await open.ask('send', both)).toMatchObject({ status: 429, headers: { 'Retry-After': '270', 'X-RateLimit-Limit': '2' } })
    const toMail = { channels: ['email'], recipients: { email: MAIL } }
    expect(await open.ask('send', toMail)).toMatchObject({ status: 200, headers: { 'X-RateLimit-Remaining': '1' } })
    // The window of the host is full: the recipient loses nothing.
    open.clock.advance(30)
    const full = { status: 429, headers: { 'Retry-After': '3540', 'X-RateLimit-Limit': '3', 'X-RateLimit-Remaining': '0' } }
    for (let ask = 0; ask < 3; ask += 1) expect(await open.ask('send', toMail)).toMatchObject(full)
    expect(await open.ask('send', toMail, { ip: '203.0.113.8' })).toMatchObject({ status: 200, headers: { 'X-RateLimit-Remaining': '0' } })
  })

  it('T35 keeps the place of a message that could not be delivered', async () => {
    const open = bench({ dialect: { sendsPer5Minutes: 1 } })
    open.outboxes.sms.refuseNext()
    expect((await open.ask('send', bySms)).status).toBe(502)
    expect(await open.ask('send', bySms)).toMatchObject({ status: 429, headers: { 'Retry-After': '300' } })
  })
})
