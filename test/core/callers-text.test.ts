import { describe, expect, it } from 'vitest'
import { callersText } from '../../src/core/callers-text.js'

const AT = Date.UTC(2026, 6, 1, 21, 5, 9)

describe('a text of the caller', () => {
  it.each([
    ['Your code is {code}.', 'Your code is {code}.'],
    ['{code} or {code}', '{code} or {code}'],
    ['Your code:', 'Your code: {code}'],
    ['Your code: ', 'Your code: {code}'],
    ['', '{code}'],
    ['Your code:\n', 'Your code:\n{code}'],
    ['{CODE} {co de} {}', '{CODE} {co de} {} {code}'],
    ['$& $1 $$ {code}', '$& $1 $$ {code}'],
  ])('always has a place for the code: %j', (text, finished) => {
    expect(callersText({ text }, AT)).toBe(finished)
  })

  it('is none where there is none', () => {
    expect(callersText({}, AT)).toBeUndefined()
    expect(callersText({ timeZone: 'Europe/Paris' }, AT)).toBeUndefined()
  })

  it.each([
    [undefined, '21:05:09'],
    ['UTC', '21:05:09'],
    ['Europe/Paris', '23:05:09'],
    ['America/New_York', '17:05:09'],
    ['Asia/Kolkata', '02:35:09'],
    ['Pacific/Kiritimati', '11:05:09'],
  ])('names the time at which the code expires, in the zone %s', (timeZone, time) => {
    expect(callersText({ text: '{code} until {hh:mm:ss}, {hh:mm:ss}', timeZone }, AT)).toBe(`{code} until ${time}, ${time}`)
  })

  it('names midnight as 00, and the winter as it is', () => {
    expect(callersText({ text: '{code} {hh:mm:ss}' }, Date.UTC(2026, 0, 1))).toBe('{code} 00:00:00')
    expect(callersText({ text: '{code} {hh:mm:ss}', timeZone: 'Europe/Paris' }, Date.UTC(2026, 0, 1))).toBe('{code} 01:00:00')
  })

  it('puts nothing in but these two', () => {
    expect(callersText({ text: '{hh:mm} {HH:MM:SS} {co{hh:mm:ss}de} {code}' }, AT)).toBe('{hh:mm} {HH:MM:SS} {co21:05:09de} {code}')
  })
})
