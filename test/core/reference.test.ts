import { describe, expect, it } from 'vitest'
import { referenceOf } from '../../src/core/reference.js'

describe('referenceOf', () => {
  it('is two letters that nobody mistakes for digits, the same for the same send', () => {
    for (let send = 0; send < 500; send++) expect(referenceOf('id', send)).toMatch(/^[A-HJ-NP-Z]{2}$/)
    expect(referenceOf('id', 1)).toBe(referenceOf('id', 1))
  })

  it('differs from send to send and from challenge to challenge', () => {
    const many = Array.from({ length: 50 }, (_, send) => referenceOf('id', send))
    expect(new Set(many).size).toBeGreaterThan(30)
    expect(new Set(Array.from({ length: 50 }, (_, id) => referenceOf(`id ${id}`, 0))).size).toBeGreaterThan(30)
  })
})
