import type { Transport } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { describe, expect, it } from 'vitest'
import type { Service } from '../../src/core/service/service.js'
import { fakeService, SENT } from './fake-service.js'
import { ANN, ask, BANK, BOB, bearer, KEYS, openNative, PLAY, READ, wrong } from './native-door.js'

const ONCE = { 'Idempotency-Key': 'order A-17' }
const SEND = '/v1/otp/send'

describe('a repeated request', () => {
  it('T70 gets the first answer again, delivers nothing and lengthens nothing', async () => {
    const { clock, outboxes, post } = await openNative()
    const first = await post('send', { to: ANN, channel: 'sms' }, ONCE)
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([200, null])
    clock.advance(120)
    const again = await post('send', { channel: 'sms', to: ANN }, ONCE)
    expect([again.status, again.text, again.headers.get('idempotent-replayed')]).toEqual([200, first.text, 'true'])
    expect(outboxes.sms.messages).toHaveLength(1)
    expect((await post('status', { id: first.body.id })).body.expiresAt).toBe(first.body.expiresAt)
    expect((await post('verify', { id: first.body.id, code: outboxes.sms.code() })).status).toBe(200)
    expect((await post('send', { to: ANN, channel: 'sms' }, ONCE)).text).toBe(first.text)
    clock.advance(86_400)
    const later = await post('send', { to: ANN, channel: 'sms' }, ONCE)
    expect([later.status, later.headers.get('idempotent-replayed'), outboxes.sms.messages.length]).toEqual([200, null, 2])
  })

  it('T70 with another body, or for another route, is refused', async () => {
    const { clock, outboxes, post } = await openNative()
    const { id } = (await post('send', { to: ANN }, ONCE)).body
    clock.advance(30)
    for (const [route, body] of [
      ['send', { to: BOB }],
      ['send', { to: ANN, channel: 'auto' }],
      ['resend', { id }],
    ] as const) {
      const refused = await post(route, body, ONCE)
      expect([refused.status, refused.body.reason]).toEqual([422, 'idempotency_key_reused'])
    }
    expect(outboxes.sms.messages).toHaveLength(1)
    const resent = await post('resend', { id }, { 'Idempotency-Key': 'another' })
    expect((await post('resend', { id }, { 'Idempotency-Key': 'another' })).text).toBe(resent.text)
    expect(outboxes.sms.messages).toHaveLength(2)
  })

  it("T70 is one delivery, of 50 at once; the others hear of the first's or that it is running", async () => {
    const { outboxes, post } = await openNative()
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('send', { to: ANN, channel: 'sms' }, ONCE)))
    expect(outboxes.sms.messages).toHaveLength(1)
    const done = answers.filter(({ status }) => status === 200)
    expect(new Set(done.map(({ text }) => text)).size).toBe(1)
    expect(done.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1)
    const running = answers.filter(({ status }) => status !== 200)
    expect(running.every(({ body, headers }) => body.reason === 'idempotency_conflict' && headers.get('retry-after') === '1')).toBe(true)
  })

  it('T70 while the first is running is told so, until that one is given up after a minute', async () => {
    const open: (() => void)[] = []
    let isTaken = (): void => undefined
    const taken = new Promise<void>((resolve) => {
      isTaken = resolve
    })
    const transport: Transport = {
      name: 'gate',
      async deliver() {
        isTaken()
        await new Promise<void>((resolve) => open.push(resolve))
        return {}
      },
    }
    const { clock, post } = await openNative({ otp: { channels: [smsChannel({ transport })] } })
    const first = post('send', { to: ANN }, ONCE)
    await taken
    for (const seconds of [0, 59]) {
      clock.advance(seconds)
      const second = await post('send', { to: ANN }, ONCE)
      expect([second.status, second.body.reason, second.body.retryAfter]).toEqual([409, 'idempotency_conflict', 1])
    }
    clock.advance(1)
    const third = post('send', { to: ANN }, ONCE)
    await expect.poll(() => open.length).toBe(2)
    for (const pass of open) pass()
    expect([(await first).status, (await third).status]).toEqual([200, 200])
  })

  it('T70 of another tenant, or of a key without the right, has nothing to do with it', async () => {
    const { outboxes, post } = await openNative()
    const first = await post('send', { to: ANN }, ONCE)
    const foreign = await post('send', { to: ANN }, { ...ONCE, ...bearer(BANK) })
    expect([foreign.status, foreign.headers.get('idempotent-replayed')]).toEqual([200, null])
    expect(foreign.body.id).not.toBe(first.body.id)
    expect(outboxes.sms.messages).toHaveLength(2)
    expect((await post('send', { to: ANN }, { ...ONCE, ...bearer(READ) })).body.reason).toBe('forbidden')
  })

  it('T70 T61 has no code in it, of the sandbox neither', async () => {
    const { post } = await openNative()
    const first = await post('send', { to: ANN, sandbox: true }, { ...ONCE, ...bearer(PLAY) })
    const { sandboxCodes, ...rest } = first.body
    expect(sandboxCodes.sms).toMatch(/^\d{6}$/)
    const again = await post('send', { to: ANN, sandbox: true }, { ...ONCE, ...bearer(PLAY) })
    expect(again.body).toEqual(rest)
    expect(again.text).not.toContain(sandboxCodes.sms)
  })

  it('T70 after a failed delivery gets that answer again; after any other refusal it is a new one', async () => {
    const { clock, outboxes, post } = await openNative()
    const wrongField = await post('send', { to: 'nobody' }, ONCE)
    expect(wrongField.status).toBe(400)
    outboxes.sms.refuseNext()
    const failed = await post('send', { to: ANN, channel: 'sms' }, ONCE)
    expect(failed.status).toBe(502)
    const again = await post('send', { to: ANN, channel: 'sms' }, ONCE)
    expect([again.status, again.text, again.headers.get('idempotent-replayed')]).toEqual([502, failed.text, 'true'])
    await post('send', { to: BOB, channel: 'sms' })
    const other = { 'Idempotency-Key': 'other' }
    expect((await post('send', { to: BOB, channel: 'sms' }, other)).body.reason).toBe('rate_limited')
    clock.advance(30)
    expect((await post('send', { to: BOB, channel: 'sms' }, other)).status).toBe(200)
    expect(outboxes.sms.messages).toHaveLength(2)
  })

  it('T70 needs a key of 1 to 64 printable ASCII characters', async () => {
    const service = fakeService(KEYS)
    for (const value of ['', 'x'.repeat(65), 'a\tb', '\u00e9']) {
      const refused = await ask(service, SEND, { to: ANN }, { headers: { 'idempotency-key': value } })
      expect(refused.body.errors, value).toEqual([{ field: 'Idempotency-Key', reason: 'invalid_text' }])
    }
    expect(service.calls).toEqual([])
    expect((await ask(service, SEND, { to: ANN }, { headers: { 'idempotency-key': 'x'.repeat(64) } })).status).toBe(200)
  })

  it('T70 of a guess is a guess of its own', async () => {
    const { outboxes, post } = await openNative()
    const { id } = (await post('send', { to: ANN })).body
    const code = wrong(outboxes.sms.code())
    for (const attemptsLeft of [4, 3]) expect((await post('verify', { id, code }, ONCE)).body.attemptsLeft).toBe(attemptsLeft)
  })

  it('T70 frees the key where the store was away, and leaves a claim alone that is not its own', async () => {
    const service = fakeService(KEYS)
    const away: Service = { ...service, send: () => Promise.reject(new Error('away')) }
    await expect(ask(away, SEND, { to: ANN }, { headers: { 'idempotency-key': 'k' } })).rejects.toThrow('away')
    await new Promise((resolve) => setImmediate(resolve))
    expect((await ask(service, SEND, { to: ANN }, { headers: { 'idempotency-key': 'k' } })).status).toBe(200)

    const book = service.notebook(service.keys.bySecret('shop-secret-of-128-random-bits-1') ?? expect.fail('no key'), 'native')
    const name = ['idempotency', 'slow']
    const slow: Service = {
      ...service,
      async send() {
        await book.keep(name, { print: 'x', owner: 'somebody else' }, 60)
        return { ok: false, reason: 'rate_limited', retryAfter: 30 }
      },
    }
    expect((await ask(slow, SEND, { to: ANN }, { headers: { 'idempotency-key': 'slow' } })).status).toBe(429)
    expect(await book.look(name)).toMatchObject({ owner: 'somebody else' })
  })

  it('T70 tells of a code that is out even where that cannot be noted', async () => {
    const service = fakeService(KEYS)
    const forgetful: Service = {
      ...service,
      notebook: (key, dialect) => ({ ...service.notebook(key, dialect), keep: () => Promise.reject(new Error('away')) }),
    }
    const sent = await ask(forgetful, SEND, { to: ANN }, { headers: { 'idempotency-key': 'k' } })
    expect([sent.status, sent.body.id]).toEqual([200, SENT.id])
    expect((await ask(forgetful, SEND, { to: ANN }, { headers: { 'idempotency-key': 'k' } })).status).toBe(409)
  })
})
