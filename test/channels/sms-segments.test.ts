import { describe, expect, it } from 'vitest'
import { smsSegments } from '../../src/channels/sms-segments.js'

describe('smsSegments', () => {
  it.each([
    ['', 0, 1],
    ['a'.repeat(160), 160, 1],
    ['a'.repeat(161), 161, 2],
    ['a'.repeat(306), 306, 2],
    ['a'.repeat(307), 307, 3],
    ['\u20ac'.repeat(80), 160, 1],
    ['\u20ac'.repeat(81), 162, 2],
    // 153 is odd: an extension character does not fit the last septet of a segment.
    ['\u20ac'.repeat(152), 304, 2],
    ['\u20ac'.repeat(153), 306, 3],
    [`${'a'.repeat(152)}\u20ac${'a'.repeat(151)}`, 305, 2],
    [`${'a'.repeat(152)}\u20ac${'a'.repeat(152)}`, 306, 3],
    ['\u00e9\u00f1\u00fc\u00df\u00c5\u0394@$_', 9, 1],
    ['[]{}|~^\\\f', 18, 1],
    ['+,-./]', 7, 1],
  ])('T34 counts %j in septets', (text, units, parts) => {
    expect(smsSegments(text)).toEqual({ encoding: 'gsm7', units, parts })
  })

  it.each([
    ['\u0142', 1, 1],
    ['`', 1, 1],
    ['\u00e7', 1, 1],
    [`\u0142${'a'.repeat(69)}`, 70, 1],
    [`\u0142${'a'.repeat(70)}`, 71, 2],
    [`\u0142${'a'.repeat(133)}`, 134, 2],
    [`\u0142${'a'.repeat(134)}`, 135, 3],
    ['\u{1f600}'.repeat(35), 70, 1],
    // 67 is odd: a surrogate pair does not fit the last unit of a segment.
    ['\u{1f600}'.repeat(66), 132, 2],
    ['\u{1f600}'.repeat(67), 134, 3],
  ])('T34 counts %j in UCS-2', (text, units, parts) => {
    expect(smsSegments(text)).toEqual({ encoding: 'ucs2', units, parts })
  })
})
