import { describe, expect, it } from 'vitest'
import type { Terms } from '../../src/core/terms.js'
import { ANN, accepted, MAIL, openDesk } from './service/service-desk.js'

const KEY = { id: 'free', rights: ['send', 'verify', 'customCode', 'weakCodes'] } as const

function desk() {
  return openDesk([KEY], {
    intents: {
      login: {},
      transfer: { codeLength: 8, ttlSeconds: 120, maxAttempts: 2, context: ['amount'], channels: ['sms'] },
      own: { stepUp: true, recipient: async () => ANN },
    },
  })
}

/** Terms; the answer; what the message is like. */
const WISHES: readonly (readonly [Terms, object, RegExp])[] = [
  [{}, { codeLength: 6, alphabet: 'digits', expiresIn: 300, attemptsLeft: 5, mode: 'any' }, /^\d{6}$/],
  [{ codeLength: 9 }, { codeLength: 9 }, /^\d{9}$/],
  [{ codeLength: 32 }, { codeLength: 32 }, /^\d{32}$/],
  [{ codeLength: 4 }, { codeLength: 4, attemptsLeft: 3 }, /^\d{4}$/],
  [{ alphabet: 'letters' }, { codeLength: 6, alphabet: 'letters' }, /^[A-Z]{6}$/],
  [{ code: 'Abc!9' }, { codeLength: 5, attemptsLeft: 3 }, /^Abc!9$/],
  [{ code: '12345678', codeLength: 6 }, { codeLength: 8 }, /^12345678$/],
  [{ ttlSeconds: 86_400 }, { expiresIn: 86_400 }, /^\d{6}$/],
  [{ maxAttempts: 1 }, { attemptsLeft: 1 }, /^\d{6}$/],
]

describe('the terms of a send', () => {
  it.each(WISHES)('T68 decide about this challenge: %j', async (terms, answer, code) => {
    const { key, service, sms } = desk()
    const sent = accepted(await service.send(key('free'), { to: ANN, terms }))
    expect(sent).toMatchObject(answer)
    expect(sms.code()).toMatch(code)
    expect(accepted(await service.verify(key('free'), { id: sent.id, code: sms.code() })).to).toBe(ANN)
  })

  it('leave an intent of the application as it is where they are silent, with what it is bound to', async () => {
    const { key, service, sms } = desk()
    const request = { to: ANN, intent: 'transfer', context: { amount: '5' } }
    const sent = accepted(await service.send(key('free'), { ...request, terms: {} }))
    expect(sent).toMatchObject({ codeLength: 8, expiresIn: 120, attemptsLeft: 2 })
    expect(await service.send(key('free'), { to: ANN, intent: 'transfer', terms: {} })).toMatchObject({ reason: 'invalid_request' })
    expect(await service.send(key('free'), { ...request, to: MAIL, terms: {} })).toMatchObject({ reason: 'invalid_request' })
    const guess = { id: sent.id, intent: 'transfer', code: sms.code() }
    expect(await service.verify(key('free'), { ...guess, context: { amount: '5000' } })).toMatchObject({ ok: false })
  })

  it('T18 open no step of a signed-in user, whose address is not the caller\u2019s to name', async () => {
    const { key, service, sms } = desk()
    expect(await service.send(key('free'), { to: MAIL, intent: 'own', terms: {} })).toMatchObject({ reason: 'invalid_request' })
    expect(await service.send(key('free'), { intent: 'own', terms: {} })).toMatchObject({ reason: 'invalid_request' })
    expect(sms.messages).toHaveLength(0)
  })

  it('T68 of mode `all` wait for every channel, each with a code of its own', async () => {
    const { key, mail, service, sms } = desk()
    const several = { channels: ['sms', 'email'], recipients: { sms: ANN, email: MAIL } }
    const { id, mode } = accepted(await service.send(key('free'), { ...several, terms: { mode: 'all', channels: ['sms', 'email'] } }))
    expect(mode).toBe('all')
    expect(accepted(await service.verify(key('free'), { id, codes: { sms: sms.code() } }))).toMatchObject({
      complete: false,
      waiting: ['email'],
    })
    const done = accepted(await service.verify(key('free'), { id, codes: { email: mail.code() } }))
    expect(done).toMatchObject({
      complete: true,
      proved: [
        { channel: 'sms', to: ANN },
        { channel: 'email', to: MAIL },
      ],
    })
  })

  it('end with the life that they name', async () => {
    const { clock, key, service, sms } = desk()
    const { id } = accepted(await service.send(key('free'), { to: ANN, terms: { ttlSeconds: 3600 } }))
    clock.advance(3599)
    expect(await service.verify(key('free'), { id, code: 'x' })).toMatchObject({ reason: 'invalid_code' })
    clock.advance(1)
    expect(await service.verify(key('free'), { id, code: sms.code() })).toMatchObject({ ok: false, reason: 'expired' })
  })

  it('are no other door\u2019s: the same names without them are unknown there', async () => {
    const { otp } = desk()
    const caller = { tenant: '', userId: '', ip: undefined }
    expect(await otp.send({ ...caller, to: ANN, intent: 'Any name', hold: async () => undefined })).toMatchObject({
      errors: [{ field: 'intent', reason: 'unknown' }],
    })
  })
})
