import { describe, expect, it } from 'vitest'
import { mask } from '../../src/util/mask.js'

const DOTS = '\u2022\u2022\u2022'

describe('mask', () => {
  it.each([
    ['+12068800123', `+1206${DOTS}0123`],
    ['+4915123456789', `+4915${DOTS}6789`],
    ['+49151234', `+4${DOTS}1234`],
    ['+123456789012345', `+1234${DOTS}2345`],
    ['ann@example.org', `a${DOTS}@example.org`],
    ['a@example.org', `a${DOTS}@example.org`],
  ])('T65 shows of %s no more than %s', (address, masked) => {
    expect(mask(address)).toBe(masked)
  })

  it('T65 hides at least three digits of the shortest number', () => {
    const shown = mask('+12345678').replace(/\D/g, '')
    expect(shown.length).toBeLessThanOrEqual(5)
  })
})
