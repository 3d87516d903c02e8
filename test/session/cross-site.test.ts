import { describe, expect, it } from 'vitest'
import { isCrossSite, type SitePolicy } from '../../src/session/cross-site.js'

const OWN: SitePolicy = { origins: [], sameSite: false, strict: false }
const LISTED: SitePolicy = { ...OWN, origins: ['https://app.example', 'https://www.example:8443'] }

type Headers = Readonly<Record<string, string>>

function verdict(headers: Headers, policy: SitePolicy = OWN, form = false): string {
  return isCrossSite({ headers: { host: 'app.example', ...headers } }, policy, form) ? 'cross-site' : 'accepted'
}

describe('isCrossSite', () => {
  it.each<[string, Headers, Partial<SitePolicy>]>([
    ['accepted', { 'sec-fetch-site': 'same-origin' }, {}],
    ['cross-site', { 'sec-fetch-site': 'same-site' }, {}],
    ['accepted', { 'sec-fetch-site': 'same-site' }, { sameSite: true }],
    ['cross-site', { 'sec-fetch-site': 'cross-site' }, { sameSite: true }],
    ['cross-site', { 'sec-fetch-site': 'none' }, { sameSite: true }],
    ['cross-site', { 'sec-fetch-site': '' }, {}],
    ['cross-site', { 'sec-fetch-site': 'SAME-ORIGIN' }, {}],
    ['cross-site', { 'sec-fetch-site': 'same-origin, same-origin' }, {}],
    ['cross-site', { 'sec-fetch-site': 'same-origin, cross-site' }, {}],
  ])('T44 is %s by its fetch metadata %j with %j, whatever its origin', (expected, headers, policy) => {
    for (const origin of ['https://app.example', 'https://evil.example', 'null']) {
      for (const form of [true, false]) {
        expect(verdict({ ...headers, origin }, { ...LISTED, ...policy }, form)).toBe(expected)
        expect(verdict({ ...headers, origin }, { ...OWN, ...policy, strict: true }, form)).toBe(expected)
      }
    }
  })

  it.each([
    ['accepted', 'https://app.example'],
    ['accepted', 'http://app.example'],
    ['accepted', 'https://APP.example'],
    ['cross-site', 'https://app.example:8443'],
    ['cross-site', 'https://evil.example'],
    ['cross-site', 'https://app.example.evil.example'],
    ['cross-site', 'https://evilapp.example'],
    ['cross-site', 'https://sub.app.example'],
    ['cross-site', 'https://app.example@evil.example'],
    ['cross-site', 'null'],
    ['cross-site', ''],
    ['cross-site', 'app.example'],
    ['cross-site', 'https://'],
    ['cross-site', 'https://app.example, https://evil.example'],
  ])('T44 without metadata and without a list it is %s from %j', (expected, origin) => {
    expect(verdict({ origin })).toBe(expected)
  })

  it('T44 compares host and port, and never a forwarded host', () => {
    expect(verdict({ origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' })).toBe('accepted')
    expect(verdict({ origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3001' })).toBe('cross-site')
    expect(verdict({ origin: 'http://[::1]:3000', host: '[::1]:3000' })).toBe('accepted')
    expect(verdict({ origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' })).toBe('cross-site')
    expect(verdict({ origin: 'https://evil.example', forwarded: 'host=evil.example' })).toBe('cross-site')
    expect(isCrossSite({ headers: { origin: 'https://app.example' } }, OWN, false)).toBe(true)
  })

  it.each([
    ['accepted', 'https://app.example'],
    ['accepted', 'https://www.example:8443'],
    ['cross-site', 'http://app.example'],
    ['cross-site', 'https://www.example'],
    ['cross-site', 'https://other.example'],
    ['cross-site', 'null'],
  ])('T44 without metadata and with a list it is %s from %j', (expected, origin) => {
    expect(verdict({ origin, host: 'other.example' }, LISTED)).toBe(expected)
  })

  it('T44 what says nothing is taken as JSON, never as a form, and not at all where it is strict', () => {
    expect(verdict({}, OWN, false)).toBe('accepted')
    expect(verdict({}, OWN, true)).toBe('cross-site')
    expect(verdict({}, { ...OWN, strict: true }, false)).toBe('cross-site')
    expect(verdict({ cookie: 'connect.sid=s%3Ax', referer: 'https://app.example/' }, OWN, true)).toBe('cross-site')
  })
})
