import { describe, expect, it } from 'vitest'
import { deviceToken, isKnownDevice } from '../../src/core/device.js'
import { keyring } from '../../src/core/keyring.js'
import { nodeRandom } from '../../src/util/node-random.js'

const OLD = 'an old secret, thirty-two characters'
const NEW = 'a new secret, thirty-two characters!'
const before = keyring([OLD])
const during = keyring([NEW, OLD])
const after = keyring([NEW])
const ann = before.recipientKey('shop', '+12068800123')
const bob = before.recipientKey('shop', '+12068800456')

function recipients(count: number): string[] {
  return Array.from({ length: count }, (_, index) => before.recipientKey('shop', `+120688010${index}`))
}

describe('a token of a device', () => {
  const token = deviceToken(before, nodeRandom, [ann])

  it('T09 speaks for the recipients that it was made for, and for all of them only', () => {
    expect(isKnownDevice(before, token, [ann])).toBe(true)
    expect(isKnownDevice(before, token, [bob])).toBe(false)
    expect(isKnownDevice(before, token, [ann, bob])).toBe(false)
    expect(isKnownDevice(before, deviceToken(before, nodeRandom, [ann, bob]), [bob, ann])).toBe(true)
  })

  it('T09 speaks for nobody where no recipient is named', () => {
    expect(isKnownDevice(before, token, [])).toBe(false)
  })

  it('T09 T67 of one tenant says nothing to another, or to the doors of the application', () => {
    for (const tenant of ['bank', '', 'shop\u0000test']) {
      expect(isKnownDevice(before, token, [before.recipientKey(tenant, '+12068800123')])).toBe(false)
    }
  })

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['another signature', `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
    ['another nonce', `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`],
    ['a part of it', token.slice(0, 32)],
    ['more than it', `${token}A`],
    ['a signature under another secret', deviceToken(keyring([NEW]), nodeRandom, [ann])],
    ['it behind five others', [...new Array(5).fill('A'.repeat(33)), token].join('.')],
    ['it within 4 KiB of dots', `${token}${'.'.repeat(4096)}`],
  ])('T09 is forged by nobody: %s', (_what, forged) => {
    expect(isKnownDevice(before, forged, [ann])).toBe(false)
  })

  it('T09 stays good while secrets are rotated, and not beyond', () => {
    expect(isKnownDevice(during, token, [during.recipientKey('shop', '+12068800123')])).toBe(true)
    const fresh = deviceToken(during, nodeRandom, [ann])
    expect(isKnownDevice(before, fresh, [ann]), 'signed with the new secret').toBe(false)
    expect(isKnownDevice(after, token, [after.recipientKey('shop', '+12068800123')])).toBe(false)
  })

  it('keeps the others that it spoke for, the newest first, five at most', () => {
    let family = ''
    const keys = recipients(6)
    for (const key of keys) family = deviceToken(before, nodeRandom, [key], family)
    expect(keys.map((key) => isKnownDevice(before, family, [key]))).toEqual([false, true, true, true, true, true])
    const again = deviceToken(before, nodeRandom, keys.slice(1, 2), family)
    expect(again.split('.'), 'no recipient twice').toHaveLength(5)
    expect(again, 'with a nonce of its own').not.toBe(family)
  })

  it('hands on nothing but parts, so that the next token is as short as the doors accept', () => {
    for (const junk of ['x'.repeat(199), `${'.'.repeat(100)}`, `${token}.<script>`, 'A'.repeat(5000)]) {
      const next = deviceToken(before, nodeRandom, [bob], junk)
      expect(next).toMatch(/^[\w-]{33}(\.[\w-]{33}){0,4}$/)
      expect(isKnownDevice(before, next, [bob])).toBe(true)
    }
    expect(deviceToken(before, nodeRandom, recipients(4), deviceToken(before, nodeRandom, recipients(5))).length).toBeLessThanOrEqual(200)
  })

  it('T65 shows nothing of whom it speaks for, and is never the same twice', () => {
    expect(deviceToken(before, nodeRandom, [ann])).not.toBe(token)
    expect(token).not.toContain(ann.slice(0, 8))
  })
})
