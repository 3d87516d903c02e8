import { describe, expect, it } from 'vitest'
import { nearest } from '../../src/util/nearest.js'

const WORDS = ['ttlSeconds', 'maxAttempts', 'codeLength']

describe('nearest', () => {
  it.each([
    ['ttlSecond', 'ttlSeconds'],
    ['ttl_seconds', 'ttlSeconds'],
    ['TTLSECONDS', 'ttlSeconds'],
    ['maxAttemtps', 'maxAttempts'],
  ])('finds for %s the word %s', (word, found) => {
    expect(nearest(word, WORDS)).toBe(found)
  })

  it.each(['ttl', 'digits', '', 'x'.repeat(100_000)])('finds nothing near enough for %.20s', (word) => {
    expect(nearest(word, WORDS)).toBeUndefined()
  })

  it('takes the nearest of several', () => {
    expect(nearest('text', ['test', 'text', 'tent'])).toBe('text')
  })
})
