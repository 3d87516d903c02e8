import { describe, expect, it } from 'vitest'
import { countryOf } from '../../src/core/country.js'

describe('the country of a recipient', () => {
  it('is the one of its number, else its calling code, and none for a mailbox', () => {
    const recipient = { kind: 'phone' as const, address: '', countedAs: '', masked: '' }
    expect(countryOf({ ...recipient, callingCode: '1', country: 'US' })).toBe('US')
    expect(countryOf({ ...recipient, callingCode: '883' })).toBe('+883')
    expect(countryOf(recipient)).toBeUndefined()
  })
})
