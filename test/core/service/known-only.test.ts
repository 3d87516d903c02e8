import type { FindRecipient, OtpOptions } from 'express-otp'
import { describe, expect, it, vi } from 'vitest'
import { ANN, accepted, BOB, type Desk, openDesk, wrong } from './service-desk.js'

const KEYS = [
  { id: 'shop', tenant: 'shop', rights: ['send', 'verify', 'customCode'] },
  { id: 'tests', rights: ['send', 'verify', 'sandbox'] },
] as const

function open(findRecipient: FindRecipient, options: Partial<OtpOptions> = {}): Desk {
  return openDesk(KEYS, { recipients: 'known-only', delivery: 'background', findRecipient, ...options })
}

describe('known-only at the service door', () => {
  it('T31 holds for every key and every intent, and the lookup is told whose', async () => {
    const find = vi.fn<FindRecipient>(({ to }) => to === ANN)
    const { service, sms, key } = open(find)
    const answers = []
    for (const to of [ANN, BOB]) {
      const { id, reference, to: _masked, ...same } = accepted(await service.send(key('shop'), { to, intent: 'anything', terms: {} }))
      await expect.poll(() => find.mock.calls.length).toBe(answers.length + 1)
      const said = await service.verify(key('shop'), { id, intent: 'anything', code: '00000x' })
      const { id: _id, reference: _reference, to: _to, ...pending } = Object(await service.status(key('shop'), id))
      answers.push({ same, said, pending })
      expect(reference).toMatch(/^[A-Z]{2}$/)
    }
    expect(answers[1]).toEqual(answers[0])
    expect(find).toHaveBeenLastCalledWith({ to: BOB, channel: 'sms', intent: 'anything', tenant: 'shop' })
    expect(sms.messages.map(({ to }) => to)).toEqual([ANN])
  })

  it('T31 a decoy costs a tenant what the answer says, as a message does that fails', async () => {
    const prices = { sms: { default: '0.05' } }
    for (const find of [() => true, () => undefined] as const) {
      const { otp, service, sms, key } = open(find, { prices, balance: 'store' })
      await otp.topUp('shop', '0.10')
      const ended = new Promise((resolve) => otp.on('decoyed', resolve).on('delivery_failed', resolve))
      sms.refuseNext()
      expect(accepted(await service.send(key('shop'), { to: ANN, terms: {} })).channels).toEqual({
        sms: { sent: true, parts: 1, price: '0.050000' },
      })
      await ended
      expect(await otp.topUp('shop', '0')).toBe('0.050000')
    }
  })

  it('T31 a caller names no code of its own: its success would tell', async () => {
    const { service, key } = open(() => true)
    const refused = await service.send(key('shop'), { to: ANN, terms: { code: '271828' } })
    expect(refused).toMatchObject({ reason: 'invalid_request', errors: [{ field: 'code', reason: 'not_allowed' }] })
  })

  it('T31 T66 a key for tests is answered with codes that work, and asks about nobody', async () => {
    const find = vi.fn<FindRecipient>(() => undefined)
    const { service, sms, key } = open(find)
    const { id, sandboxCodes } = accepted(await service.send(key('tests'), { to: ANN, terms: { sandbox: true } }))
    const code = sandboxCodes?.sms ?? ''
    expect(await service.verify(key('tests'), { id, code: wrong(code) })).toMatchObject({ reason: 'invalid_code' })
    expect((await service.verify(key('tests'), { id, code })).ok).toBe(true)
    expect([find.mock.calls, sms.messages]).toEqual([[], []])
  })

  it('T31 no report of a vendor shows that a message went out', async () => {
    const { otp, service, key } = open(() => true)
    otp.expectReceipts('sms-outbox')
    const heard: string[] = []
    otp.on('receipt', ({ status }) => heard.push(status))
    const { id } = accepted(await service.send(key('shop'), { to: ANN, terms: {} }))
    await expect.poll(() => otp.receive('sms-outbox', { id: 'sms-outbox-1', status: 'delivered' })).toBe(true)
    expect(heard).toEqual(['delivered'])
    const { channels } = Object(await service.status(key('shop'), id))
    expect(channels).toEqual({})
  })
})
