import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMailbox } from '../../src/channels/mailbox.js'

describe('parseMailbox', () => {
  it('T40 reads a domain as a host name is read, also one that it takes as it stands', () => {
    const label = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', 'n', 'x', 'z', '-'), maxLength: 6 }),
      fc.constantFrom('xn--', 'xn--a', 'xn--mnchen-3ya', 'ab--c', 'a'.repeat(63), 'a'.repeat(64), 'A', '1', 'example'),
    )
    const domain = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'))
    fc.assert(
      fc.property(domain, (typed) => {
        const read = parseMailbox(`a@${typed}`)
        if ('refused' in read) return
        expect(read.address).toBe(`a@${domainToASCII(typed)}`)
        expect(domainToASCII(typed)).not.toBe('')
        expect(typed.split('.').every((one) => one.length <= 63)).toBe(true)
      }),
      { numRuns: 3000 },
    )
    expect(parseMailbox('a@mail.example.org')).toMatchObject({ address: 'a@mail.example.org' })
    expect(parseMailbox('a@xn--a.example.org')).toEqual({ refused: 'invalid_email_address' })
  })
})
