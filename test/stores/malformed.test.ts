import { memoryStore } from 'express-otp/stores/memory'
import { sessionStore } from 'express-otp/stores/session'
import session from 'express-session'
import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/ports/store.js'
import { FREE, issueRequest, newKey } from '../../src/testing/contract/bench.js'

const STORES: readonly (readonly [string, () => Store])[] = [
  ['memoryStore', () => memoryStore()],
  ['sessionStore', () => sessionStore({ store: new session.MemoryStore(), singleProcess: true })],
]

describe.each(STORES)('%s', (_, create) => {
  const key = newKey()
  const kept = { key, value: 'one', ttlSeconds: 60 }
  const label = { label: key, id: issueRequest().id, channel: 'sms' as const, expiresAt: 0, sealed: '' }
  const charge = { key, amount: 1, limit: 10 }

  it.each<[string, (store: Store) => Promise<unknown>]>([
    ['challenge id', (store) => store.issue(issueRequest({ id: 'id' }))],
    ['challenge id', (store) => store.find({ id: `${key}${key}`, limits: FREE })],
    ['challenge id', (store) => store.label({ ...label, id: 'id' })],
    ['recipient key', (store) => store.release({ recipient: `${key}-` })],
    ['label', (store) => store.label({ ...label, label: `${key}-` })],
    ['label', (store) => store.note({ label: '', status: 'sent' })],
  ])('T49 names a malformed %s', async (what, ask) => {
    const message = `The store was asked about a malformed ${what}.`
    await expect(ask(create())).rejects.toMatchObject({ name: 'OtpError', code: 'ERR_OTP_STORE', status: 503, message })
  })

  it.each<[string, (store: Store) => Promise<unknown>]>([
    ['key', (store) => store.claim({ ...kept, key: `${key}-` })],
    ['key', (store) => store.keep({ ...kept, key: `-${key}` })],
    ['key', (store) => store.look({ key: `${key.slice(1)}.` })],
    ['key', (store) => store.drop({ key: 1234567890123456 as never })],
    ['value', (store) => store.keep({ ...kept, value: 1 as never })],
    ['value', (store) => store.keep({ ...kept, value: '\ud800' })],
    ['value: it is above 16 KiB', (store) => store.claim({ ...kept, value: 'x'.repeat(16_385) })],
    ['life', (store) => store.claim({ ...kept, ttlSeconds: 172_801 })],
    ['life', (store) => store.keep({ ...kept, ttlSeconds: 0 })],
    ['amount', (store) => store.charge({ ...charge, amount: 0.5 })],
    ['limit', (store) => store.charge({ ...charge, limit: Number.POSITIVE_INFINITY })],
    ['window', (store) => store.charge({ ...charge, windowSeconds: 366 * 86_400 + 1 })],
    ['window', (store) => store.charge({ ...charge, windowSeconds: 1.5 })],
  ])('T29 T49 asks its register nothing with a malformed %s', async (what, ask) => {
    const message = `The register was asked with a malformed ${what}.`
    await expect(ask(create())).rejects.toMatchObject({ name: 'OtpError', code: 'ERR_OTP_STORE', status: 503, message })
  })

  it('T29 takes what is just allowed', async () => {
    const store = create()
    expect(await store.claim({ ...kept, value: 'x'.repeat(16_384), ttlSeconds: 172_800 })).toEqual({ outcome: 'claimed' })
    expect(await store.charge({ ...charge, key: newKey(), windowSeconds: 366 * 86_400 })).toMatchObject({ outcome: 'charged' })
    await store.close()
  })
})
