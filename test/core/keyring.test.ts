import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { codeDigests } from '../../src/core/guess.js'
import { type Keyring, keyring } from '../../src/core/keyring.js'

const OLD = 'an old secret, thirty-two characters'
const NEW = 'a new secret, thirty-two characters!'
const ID = `recipient-key-16${'t'.repeat(22)}`
const BINDING = { id: ID, tenant: '', intent: 'login', contextTag: '' }

describe('keyring', () => {
  it('T62 a digest depends on every field that a code is bound to', () => {
    const keys = keyring([NEW])
    const others = [
      codeDigests(keys, { ...BINDING, id: `recipient-key-17${'t'.repeat(22)}` }, 'sms', '123456'),
      codeDigests(keys, { ...BINDING, id: `recipient-key-16${'u'.repeat(22)}` }, 'sms', '123456'),
      codeDigests(keys, { ...BINDING, tenant: 'acme' }, 'sms', '123456'),
      codeDigests(keys, { ...BINDING, intent: 'transfer' }, 'sms', '123456'),
      codeDigests(keys, { ...BINDING, contextTag: 'tag' }, 'sms', '123456'),
      codeDigests(keys, BINDING, 'email', '123456'),
      codeDigests(keys, BINDING, 'sms', '123457'),
      codeDigests(keyring([OLD]), BINDING, 'sms', '123456'),
    ]
    const digests = [codeDigests(keys, BINDING, 'sms', '123456'), ...others].map(([digest]) => digest)
    expect(new Set(digests).size).toBe(digests.length)
    expect(codeDigests(keyring([NEW]), BINDING, 'sms', '123456')[0]).toBe(digests[0])
  })

  it('T62 no two lists of fields give one digest', () => {
    const keys = keyring([NEW])
    const lists = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc'], ['2:ab1:c'], ['1', ':'], ['1:', '']]
    expect(new Set(lists.map((fields) => keys.digests(fields)[0])).size).toBe(lists.length)
  })

  it('T62 the first secret signs, all verify, and nothing opens under a secret that is gone', () => {
    const [before, during, after] = [keyring([OLD]), keyring([NEW, OLD]), keyring([NEW])]
    expect(during.digests(['x'])).toEqual([after.digests(['x'])[0], before.digests(['x'])[0]])

    const sealed = before.seal(ID, 'sms', '+12068800123')
    expect([before, during, after].map((keys) => keys.unseal(ID, 'sms', sealed))).toEqual(['+12068800123', '+12068800123', undefined])
    const renewed = during.seal(ID, 'sms', '+12068800123')
    expect(after.unseal(ID, 'sms', renewed)).toBe('+12068800123')

    const signature = before.sign('text')
    expect([before, during, after].map((keys) => keys.isSigned('text', signature))).toEqual([true, true, false])
    expect(during.sign('text')).toBe(after.sign('text'))
  })

  it('T62 counters keep their names while a secret is rotated in', () => {
    const name = (keys: Keyring): string => keys.recipientKey('', '+12068800123')
    expect(name(keyring([NEW, OLD]))).toBe(name(keyring([OLD])))
    expect(name(keyring([NEW]))).not.toBe(name(keyring([OLD])))
  })

  it('T65 recipients are told apart by tenant, and named by 96 bits of a keyed hash', () => {
    const keys = keyring([NEW])
    expect(keys.recipientKey('', '+12068800123')).toMatch(/^[\w-]{16}$/)
    expect(keys.recipientKey('acme', '+12068800123')).not.toBe(keys.recipientKey('', '+12068800123'))
    expect(keys.recipientKey('a', 'b+1')).not.toBe(keys.recipientKey('ab', '+1'))
  })

  it('T65 what is sealed opens for its own challenge and channel only, and never reads the same twice', () => {
    const keys = keyring([NEW])
    const sealed = keys.seal(ID, 'sms', '+12068800123')
    expect(keys.seal(ID, 'sms', '+12068800123')).not.toBe(sealed)
    expect(keys.unseal(ID, 'email', sealed)).toBeUndefined()
    expect(keys.unseal(`${ID.slice(0, -1)}u`, 'sms', sealed)).toBeUndefined()
  })

  it.each(['', 'AAAA', 'A'.repeat(32), 'A'.repeat(200), '!!!!', '\u20ac'])('T62 a forged seal %j opens to nothing', (sealed) => {
    expect(keyring([NEW]).unseal(ID, 'sms', sealed)).toBeUndefined()
  })

  it('T62 one changed bit closes a seal', () => {
    const keys = keyring([NEW])
    const bytes = Buffer.from(keys.seal(ID, 'sms', '+12068800123'), 'base64url')
    for (let at = 0; at < bytes.length; at++) {
      const bent = Buffer.from(bytes)
      bent[at] = (bent[at] ?? 0) ^ 1
      expect(keys.unseal(ID, 'sms', bent.toString('base64url'))).toBeUndefined()
    }
  })

  it.each(['', 'x', 'A'.repeat(22), 'A'.repeat(4096)])('T49 %.30j is no signature', (signature) => {
    expect(keyring([NEW]).isSigned('text', signature)).toBe(false)
  })

  it('T62 each purpose has a key of its own', () => {
    const keys = keyring([NEW])
    const made = [
      keys.digests(['x'])[0],
      keys.sign('1:x'),
      keys.recipientKey('', 'x'),
      keys.blockKey('', 'x'),
      keys.bind(ID, 'user', 'x'),
      keys.bind(ID, 'context', 'x'),
      keys.bind(ID, 'browser', 'x'),
      keys.label('', 'x'),
    ].map((text) => text?.slice(0, 11))
    expect(new Set(made).size).toBe(made.length)
  })

  it('nothing binds to nothing', () => {
    expect([keyring([NEW]).bind(ID, 'user', ''), keyring([NEW]).blockKey('', '')]).toEqual(['', ''])
  })

  it('T62 what a challenge is bound to is hashed under its own id, which no rotation changes', () => {
    const before = keyring([NEW, OLD]).bind(ID, 'user', 'ann')
    expect(keyring([NEW]).bind(ID, 'user', 'ann')).toBe(before)
    expect(keyring([NEW]).bind(`${ID.slice(0, -1)}u`, 'user', 'ann')).not.toBe(before)
  })

  it('T62 the store knows a challenge by the hash of its id, led by the same recipients', () => {
    const stored = keyring([NEW]).storedId(ID)
    expect(stored).toHaveLength(ID.length)
    expect(stored.slice(0, 16)).toBe(ID.slice(0, 16))
    expect(stored.slice(16)).toBe(createHash('sha256').update(ID).digest('base64url').slice(0, 22))
  })
})
