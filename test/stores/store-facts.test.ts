import { memoryStore } from 'express-otp/stores/memory'
import { sessionStore } from 'express-otp/stores/session'
import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { factsOf } from '../../src/stores/store-facts.js'

describe('what is known of a store', () => {
  it('is its kind, where it is one of ours', () => {
    expect(factsOf(memoryStore())).toEqual({ kind: 'memory' })
    expect(factsOf(sessionStore({ store: new session.MemoryStore(), singleProcess: true }))).toEqual({ kind: 'session' })
  })

  it.each([[undefined], [null], ['memory'], [{}]])('is nothing of %j', (other) => {
    expect(factsOf(other)).toBeUndefined()
  })
})
