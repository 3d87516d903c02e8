import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hmacSha256 } from '../../src/util/hmac.js'

describe('hmacSha256', () => {
  it.each([
    // RFC 4231, test cases 1 and 2; the first has the byte 0x0b twenty times.
    [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [Buffer.from('Jefe'), 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  ])('gives the digests of RFC 4231', (key, message, digest) => {
    expect(hmacSha256(key).bytes(message).toString('hex')).toBe(digest)
  })

  it('agrees with node:crypto for texts of every length, one after the other', () => {
    const key = randomBytes(32)
    const mine = hmacSha256(key)
    for (const text of [
      '',
      'a',
      '\u00e9\u20ac\ud83d\ude00',
      ...Array.from({ length: 40 }, (_, index) => 'x\u00fc'.repeat(index * 13)),
      'short',
    ]) {
      const theirs = createHmac('sha256', key).update(text)
      expect(mine.text(text)).toBe(theirs.digest('base64url'))
      expect(mine.bytes(text).toString('base64url')).toBe(mine.text(text))
    }
  })

  it('keeps two keys apart, asked in turn', () => {
    const [one, other] = [hmacSha256(randomBytes(32)), hmacSha256(randomBytes(32))]
    const first = one.text('a longer text')
    expect(other.text('short')).not.toBe(one.text('short'))
    expect(one.text('a longer text')).toBe(first)
  })
})
