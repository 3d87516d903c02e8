import { describe, expect, it } from 'vitest'
import { verify } from '../../../src/core/law/verify.js'
import { FREE, guess, newAnswer, RIGHT, WRONG } from '../../../src/testing/contract/bench.js'
import { START, world } from './world.js'

describe('a guess', () => {
  it('T12 refuses by the smaller budget of its challenge, a known device excepted', () => {
    const one = world({ failuresPerDay: 2 })
    one.issue()
    for (let count = 0; count < 2; count++) one.verify(WRONG)
    expect(one.verify(RIGHT)).toMatchObject({ outcome: 'limited', limit: 'recipient_failures_day' })
    expect(one.verify(RIGHT, { isKnownDevice: true }).outcome).toBe('verified')
  })

  it('T08 counts for no address block where address limits do not apply', () => {
    const one = world()
    one.issue()
    const request = { id: one.id, intent: 'login', user: '', context: '', origin: '', grantSeconds: 0, limits: FREE }
    const ask = (code: string): string =>
      verify({ recipients: one.recipients, block: undefined }, { ...request, guesses: [guess(code)] }, one.parts, START).outcome
    expect([ask(WRONG), ask(RIGHT)]).toEqual(['wrong', 'verified'])
    expect(one.block).toMatchObject({ failures: [], sends: [{ at: START }] })
  })

  it('T25 takes a code of any age where none is asked for', () => {
    const one = world({ answers: [{ ...newAnswer(RIGHT), isAging: true }] })
    one.issue()
    one.now += 299_999
    expect(one.verify(RIGHT, { maxAgeSeconds: undefined }).outcome).toBe('verified')
  })

  it('T68 calls a guess that names no channel one for the first', () => {
    const one = world()
    one.issue()
    expect(one.verify([{}])).toEqual({ outcome: 'unexpected_channel', channel: 'sms' })
  })
})
