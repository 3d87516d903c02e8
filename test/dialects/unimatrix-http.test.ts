import type { UniResponse } from 'uni-sdk'
import { describe, expect, it } from 'vitest'
import { KEY_ID, SECRET } from './fixtures/unimatrix.js'
import type { Heard } from './unimatrix-client.js'
import { ALL, openDoor, refused, TO, wrong } from './unimatrix-door.js'

describe('the official Node client', () => {
  it('[S] sends a code and finds it right, once', async () => {
    const { client, outboxes, errors } = await openDoor()
    const sent = await client.otp.send({ to: TO })
    expect(sent).toMatchObject({ code: '0', status: 200, requestId: expect.stringMatching(/^[0-9a-f]{32}$/) })
    expect(sent.data).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      to: TO,
      iso: 'US',
      cc: '1',
      parts: 1,
      count: 1,
      price: '0.000000',
    })
    const code = outboxes.sms.code(TO)
    expect(code).toMatch(/^[0-9]{6}$/)
    expect(await client.otp.verify({ to: TO, code })).toMatchObject({ code: '0', valid: true, data: { to: TO, valid: true } })
    expect(await client.otp.verify({ to: TO, code })).toMatchObject({ code: '0', valid: false, data: { to: TO, valid: false } })
    expect(errors).toEqual([])
  })

  it('[O] a wrong code is no error; after five of them the right one is wrong', async () => {
    const { client, outboxes } = await openDoor()
    await client.otp.send({ to: TO })
    const code = outboxes.sms.code(TO)
    for (let guess = 0; guess < 5; guess++) expect((await client.otp.verify({ to: TO, code: wrong(code) })).valid).toBe(false)
    expect((await client.otp.verify({ to: TO, code })).valid).toBe(false)
  })

  it('[O] a number that was never sent a code is wrong, as any other', async () => {
    const { client } = await openDoor()
    expect((await client.otp.verify({ to: TO, code: '123456' })).data).toEqual({ to: TO, valid: false })
  })

  it('[D] judges the age of a generated code when it is checked', async () => {
    for (const [age, ttl, valid] of [
      [59, 60, true],
      [61, 60, false],
      [299, undefined, true],
      [301, undefined, false],
      [1799, 1800, true],
      [1801, 1800, false],
    ] as const) {
      const { as, client, clock, outboxes } = await openDoor({ rights: [...ALL, 'unsigned'] })
      await client.otp.send({ to: TO })
      clock.advance(age)
      // Unsigned: the client signs with the time of this machine, which has not moved.
      const heard = await as({ accessKeySecret: '' }).otp.verify({
        to: TO,
        code: outboxes.sms.code(TO),
        ...(ttl === undefined ? {} : { ttl }),
      })
      expect([age, ttl, heard.valid]).toEqual([age, ttl, valid])
    }
  })

  it('T68 a generated code never lives longer than ten minutes for a key without the right to more', async () => {
    for (const [age, valid] of [
      [590, true],
      [610, false],
    ] as const) {
      const { as, clock, outboxes } = await openDoor({ rights: ['send', 'verify', 'unsigned'] })
      const simple = as({ accessKeySecret: '' })
      await simple.otp.send({ to: TO })
      clock.advance(age)
      expect((await simple.otp.verify({ to: TO, code: outboxes.sms.code(TO), ttl: 1800 })).valid).toBe(valid)
    }
  })

  it('[D] judges the age of a code of the caller by what was said when it was sent', async () => {
    for (const [age, valid] of [
      [540, true],
      [601, false],
    ] as const) {
      const { client, clock, outboxes, as } = await openDoor({ rights: [...ALL, 'unsigned'] })
      await client.otp.send({ to: TO, code: '48151623', ttl: 600, intent: 'login' })
      expect(outboxes.sms.code(TO)).toBe('48151623')
      clock.advance(age)
      const heard = await as({ accessKeySecret: '' }).otp.verify({ to: TO, code: '48151623', intent: 'login', ttl: 30 })
      expect(heard.valid).toBe(valid)
    }
  })

  it('[D] takes a code of the caller that lives a second', async () => {
    const { client, clock } = await openDoor()
    await client.otp.send({ to: TO, code: '481516', ttl: 1 })
    clock.advance(2)
    expect((await client.otp.verify({ to: TO, code: '481516' })).valid).toBe(false)
  })

  it('[D] sends four digits by call', async () => {
    const { client, outboxes } = await openDoor()
    const { data } = await client.otp.send({ to: '+33612345678', digits: 4, intent: 'signup', channel: 'call' })
    expect(data).toMatchObject({ to: '+33612345678', iso: 'FR', cc: '33', parts: 1 })
    const code = outboxes.call.code('+33612345678')
    expect(code).toMatch(/^[0-9]{4}$/)
    expect((await client.otp.verify({ to: '+33612345678', code, intent: 'signup' })).valid).toBe(true)
  })

  it('[I] keeps purposes apart, none being one of its own', async () => {
    const { client, clock, outboxes } = await openDoor()
    await client.otp.send({ to: TO, intent: 'login' })
    const login = outboxes.sms.code(TO)
    clock.advance(31)
    await client.otp.send({ to: TO })
    const none = outboxes.sms.code(TO)
    if (login !== none) expect((await client.otp.verify({ to: TO, code: login })).valid).toBe(false)
    expect((await client.otp.verify({ to: TO, code: none, intent: 'Scenario \u00e9 7' })).valid).toBe(false)
    expect((await client.otp.verify({ to: TO, code: none })).valid).toBe(true)
    expect((await client.otp.verify({ to: TO, code: login, intent: 'login' })).valid).toBe(true)
  })

  // It said: for "", and 30 minutes, although the check takes no code older than 5 where it does not say so.
  it('[O] words a message without a purpose, which promises no longer than a check takes that names no age', async () => {
    const { client, clock, outboxes } = await openDoor()
    await client.otp.send({ to: TO })
    expect(outboxes.sms.messages.at(-1)?.text).toMatch(
      /^[0-9]{6} is your Acme code to confirm that it is you \([A-Z]+\)\. Valid for 5 minutes\./,
    )
    clock.advance(31)
    await client.otp.send({ to: TO, code: '481516', ttl: 1200, intent: 'login' })
    expect(outboxes.sms.messages.at(-1)?.text).toMatch(/code to log in \([A-Z]+\)\. Valid for 20 minutes\./)
    clock.advance(121)
    await client.otp.send({ to: TO, code: '481516', ttl: 60 })
    expect(outboxes.sms.messages.at(-1)?.text).toContain('Valid for 1 minute.')
  })

  it('[O] a further send takes the place of the first', async () => {
    const { client, clock } = await openDoor()
    await client.otp.send({ to: TO, code: '111111' })
    clock.advance(31)
    await client.otp.send({ to: TO, code: '222222' })
    expect((await client.otp.verify({ to: TO, code: '111111' })).valid).toBe(false)
    expect((await client.otp.verify({ to: TO, code: '222222' })).valid).toBe(true)
  })

  it('[O] a further send takes the place of the first also where it is not sent, but not where a limit refuses it', async () => {
    const { as, clock, otp, outboxes } = await openDoor({
      rights: [...ALL, 'unsigned'],
      otp: { prices: { sms: { default: '0.05' } }, balance: 'store' },
    })
    const client = as({ accessKeySecret: '' })
    await otp.topUp('', '0.10')
    const valid = async (code: string): Promise<boolean> => (await client.otp.verify({ to: TO, code })).valid
    await client.otp.send({ to: TO, code: '111111' })
    clock.advance(31)
    outboxes.sms.refuseNext()
    expect(await refused(client.otp.send({ to: TO, code: '222222' }))).toMatchObject({ code: '101303' })
    expect([await valid('111111'), await valid('222222')]).toEqual([false, false])
    clock.advance(121)
    await client.otp.send({ to: TO, code: '333333' })
    expect(await refused(client.otp.send({ to: TO, code: '444444' }))).toMatchObject({ code: '105300' })
    expect(await valid('333333')).toBe(true)
    clock.advance(400)
    await otp.topUp('', '0.05')
    await client.otp.send({ to: TO, code: '555555', ttl: 600 })
    clock.advance(400)
    const broke = await refused(client.otp.send({ to: TO, code: '666666' }))
    expect([broke.code, await valid('555555'), await valid('666666')]).toEqual(['105400', false, false])
  })

  it('T69 is refused with another secret, unsigned, and under an unknown key', async () => {
    const { as, outboxes } = await openDoor()
    const unsure = await refused(as({ accessKeySecret: 'a-wrong-secret-0004' }).otp.send({ to: TO }))
    expect(unsure).toMatchObject({
      code: '104201',
      message: 'InvalidSignature',
      status: 401,
      requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect(await refused(as({ accessKeySecret: '' }).otp.send({ to: TO }))).toMatchObject({ code: '104201' })
    expect(await refused(as({ accessKeyId: 'nobody' }).otp.send({ to: TO }))).toMatchObject({ code: '104111' })
    expect(outboxes.sms.messages).toEqual([])
  })

  it('T69 [S] signs for a key with blanks and marks in its id', async () => {
    const { as } = await openDoor({ keys: [{ id: 'key +/=1', secret: SECRET }] })
    const client = as({ accessKeyId: 'key +/=1' })
    expect(await client.otp.send({ to: TO })).toMatchObject({ code: '0' })
    expect((await client.otp.verify({ to: TO, code: '123456' })).valid).toBe(false)
    expect(await refused(as({ accessKeyId: 'key +/=2' }).otp.send({ to: TO }))).toMatchObject({ code: '104111' })
  })

  it('T67 hears from a key without any right that it may do nothing', async () => {
    const { client, outboxes } = await openDoor({ rights: [] })
    const nothing = { code: '105001', message: 'Unauthorized', status: 403 }
    expect(await refused(client.otp.send({ to: TO }))).toMatchObject(nothing)
    expect(await refused(client.otp.verify({ to: TO, code: '123456' }))).toMatchObject(nothing)
    expect(outboxes.sms.messages).toEqual([])
  })

  it('T69 goes unsigned where the key is in simple mode', async () => {
    const { as } = await openDoor({ rights: ['send', 'unsigned'] })
    expect(await as({ accessKeySecret: '' }).otp.send({ to: TO })).toMatchObject({ code: '0' })
  })

  it('[S] reaches the door below a prefix and at the root, whatever its endpoint ends with', async () => {
    for (const mount of ['', '/unimatrix']) {
      const { as, client } = await openDoor({ mount })
      for (const end of ['', '/', '//']) {
        expect(await as({ endpoint: client.endpoint + end }).otp.verify({ to: TO, code: '123456' })).toMatchObject({ valid: false })
      }
    }
  })

  it('[O] hears the limit', async () => {
    const { client, post } = await openDoor({ rights: [...ALL, 'unsigned'] })
    await client.otp.send({ to: TO })
    expect(await refused(client.otp.send({ to: TO }))).toMatchObject({ code: '105300', message: 'LimitExceed', status: 429 })
    const { headers } = await post(`/?action=otp.send&accessKeyId=${KEY_ID}`)
    expect(headers).toMatchObject({ 'Retry-After': '30' })
  })

  it('T10 hears one and the same during a pause, whether its code is right or wrong', async () => {
    const { clock, outboxes, post } = await openDoor({ rights: ['send', 'verify', 'unsigned'] })
    const verify = async (code: string): Promise<Heard> => await post(`/?action=otp.verify&accessKeyId=${KEY_ID}`, { to: TO, code })
    for (let round = 0; round < 2; round++) {
      await post(`/?action=otp.send&accessKeyId=${KEY_ID}`)
      for (let guess = 0; guess < 5; guess++) await verify(wrong(outboxes.sms.code(TO)))
      clock.advance(31)
    }
    clock.advance(60)
    expect(await post(`/?action=otp.send&accessKeyId=${KEY_ID}`)).toMatchObject({ code: '0' })
    const right = outboxes.sms.code(TO)
    await verify(wrong(right))
    const heard = [await verify(right), await verify(wrong(right))].map(({ headers, ...answer }) => ({
      ...answer,
      wait: headers['Retry-After'],
    }))
    expect(heard[0]).toMatchObject({ status: 429, code: '105300' })
    expect(heard[1]).toEqual(heard[0])
  })

  it('T68 hears that it may not choose a code, or a short one, without the right', async () => {
    const { client, outboxes } = await openDoor({ rights: ['send', 'verify', 'customCode'] })
    const restricted = { code: '104003', message: 'RestrictedParams', status: 403 }
    expect(await refused(client.otp.send({ to: TO, digits: 4 }))).toMatchObject(restricted)
    expect(await refused(client.otp.send({ to: TO, digits: 5 }))).toMatchObject(restricted)
    expect(await refused(client.otp.send({ to: TO, code: '4815' }))).toMatchObject(restricted)
    const other = await openDoor({ rights: ['send', 'verify'] })
    expect(await refused(other.client.otp.send({ to: TO, code: '481516' }))).toMatchObject(restricted)
    expect([...outboxes.sms.messages, ...other.outboxes.sms.messages]).toEqual([])
    expect(await client.otp.send({ to: TO, code: '481516' })).toMatchObject({ code: '0' })
  })

  it('T67 hears that its key has not the right', async () => {
    const sender = await openDoor({ rights: ['send'] })
    expect(await refused(sender.client.otp.verify({ to: TO, code: '123456' }))).toMatchObject({ code: '105001', status: 403 })
    const verifier = await openDoor({ rights: ['verify'] })
    expect(await refused(verifier.client.otp.send({ to: TO }))).toMatchObject({ code: '105001', status: 403 })
  })

  it('T67 finds nothing of another tenant', async () => {
    const { as, outboxes } = await openDoor({
      keys: [
        { id: 'one', secret: 'the-secret-of-one', tenant: 'one' },
        { id: 'two', secret: 'the-secret-of-two', tenant: 'two' },
      ],
    })
    const one = as({ accessKeyId: 'one', accessKeySecret: 'the-secret-of-one' })
    const two = as({ accessKeyId: 'two', accessKeySecret: 'the-secret-of-two' })
    await one.otp.send({ to: TO })
    const code = outboxes.sms.code(TO)
    expect((await two.otp.verify({ to: TO, code })).valid).toBe(false)
    expect((await one.otp.verify({ to: TO, code })).valid).toBe(true)
  })

  it('[O] hears of channels that are not there, and of messages that did not go out', async () => {
    const { client, outboxes } = await openDoor({ keys: [{ id: KEY_ID, secret: SECRET, channels: ['sms'] }] })
    expect(await refused(client.otp.send({ to: TO, channel: 'whatsapp' }))).toMatchObject({ code: '101301', status: 503 })
    outboxes.sms.refuseNext()
    expect(await refused(client.otp.send({ to: TO }))).toMatchObject({ code: '101303', status: 503 })
    const mailOnly = await openDoor({ keys: [{ id: KEY_ID, secret: SECRET, channels: ['email'] }] })
    expect(await refused(mailOnly.client.otp.send({ to: TO, channel: 'sms' }))).toMatchObject({ code: '101301' })
  })

  // A key for e-mail alone was told that a good number is none.
  it('[O] hears that its key has no channel for numbers, and not that the number is wrong', async () => {
    const { client } = await openDoor({ keys: [{ id: KEY_ID, secret: SECRET, channels: ['email'] }] })
    const none = { code: '101301', message: 'NoUpstreamConfigured', status: 503 }
    expect(await refused(client.otp.send({ to: TO }))).toMatchObject(none)
    expect(await refused(client.otp.verify({ to: TO, code: '123456' }))).toMatchObject(none)
    const bad = { code: '107111', status: 400 }
    expect(await refused(client.otp.send({ to: '2068800123' }))).toMatchObject(bad)
    expect(await refused(client.otp.verify({ to: 'ada@example.com', code: '123456' }))).toMatchObject(bad)
  })

  it('[D] hears the price, and that the balance is used up', async () => {
    const { client, otp, clock } = await openDoor({ otp: { prices: { sms: { '1': '0.045', default: '1' } }, balance: 'store' } })
    expect(await refused(client.otp.send({ to: TO }))).toMatchObject({ code: '105400', message: 'InsufficientFunds', status: 402 })
    await otp.topUp('', '0.05')
    clock.advance(31)
    expect((await client.otp.send({ to: TO })).data).toMatchObject({ parts: 1, price: '0.045000' })
    clock.advance(120)
    expect(await refused(client.otp.send({ to: TO }))).toMatchObject({ code: '105400' })
  })

  it('[D] hears of a bad number, a missing one, and of bad fields', async () => {
    const { client } = await openDoor()
    const code = async (asked: Promise<UniResponse>): Promise<string> => (await refused(asked)).code
    expect(await code(client.otp.send({ to: '2068800123' }))).toBe('107111')
    expect(await code(client.otp.send({ to: '+99912345678' }))).toBe('107111')
    expect(await code(client.otp.send({ to: '' }))).toBe('104001')
    expect(await code(client.otp.send({ to: TO, digits: 3 }))).toBe('104002')
    expect(await code(client.request('sms.message.send', { to: TO, text: 'x' }))).toBe('104002')
  })
})
