import { describe, expect, it } from 'vitest'
import { FREE, newAnswer, RIGHT } from '../../../src/testing/contract/bench.js'
import { START, world } from './world.js'

const MAIL = newAnswer('777777', { channel: 'email', recipient: 1 })

describe('a proof', () => {
  it('T11 compares with its own challenge, ends no other, and gives no place of others back', () => {
    const one = world({ limits: FREE })
    one.issueAnother({ answers: [newAnswer('111111')] })
    one.issue()
    expect(one.verify('111111').outcome).toBe('wrong')
    expect(one.verify(RIGHT).outcome).toBe('verified')
    expect(one.holder.challenges.map(({ tail }) => tail === one.parts.tail)).toEqual([false])
    expect(one.holder.sends.map(({ challenge }) => challenge === '')).toEqual([false, true])
  })

  it('T68 gives places back to those alone who were proved', () => {
    const one = world({ answers: [newAnswer(RIGHT), MAIL], limits: FREE }, 2)
    one.issue()
    expect(one.verify(RIGHT)).toMatchObject({ complete: true })
    expect(one.recipients.map(({ sends }) => sends.map(({ challenge }) => challenge === ''))).toEqual([[true], [false]])
    expect(one.block.sends.map(({ recipient }) => recipient)).toEqual(['two---'])
  })

  it('T23 remembers on demand that a challenge was verified, for as long as its code was good', () => {
    const one = world({ user: 'ada' })
    one.issue()
    one.now += 1000
    one.verify(RIGHT, { recalls: true })
    expect(one.holder.grants).toMatchObject([{ user: 'ada', verifiedAt: START + 1000, expiresAt: START + 300_000, proved: [] }])
    const other = world()
    other.issue()
    other.verify(RIGHT, { recalls: true, grantSeconds: 60 })
    expect(other.holder.grants).toMatchObject([{ expiresAt: START + 60_000, proved: [{ channel: 'sms' }] }])
  })
})
