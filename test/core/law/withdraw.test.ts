import { describe, expect, it } from 'vitest'
import { withdraw } from '../../../src/core/law/end.js'
import type { Issued, RenewDecision } from '../../../src/ports/store.js'
import { FREE, RIGHT } from '../../../src/testing/contract/bench.js'
import { START, type World, world } from './world.js'

function records({ recipients, block }: World): Pick<World, 'recipients' | 'block'> {
  return { recipients, block }
}

function issuedOf(decision: RenewDecision): Issued {
  if (decision.outcome !== 'issued') throw new Error(decision.outcome)
  return decision
}

describe('withdraw', () => {
  it('T35 kills the challenge and gives back the place of that very message, and nothing of the address block', () => {
    const one = world({}, 2)
    one.issue()
    one.now += 30_000
    const issued = issuedOf(one.renew('111111'))
    withdraw(records(one), { id: one.id, issued, giveBack: true }, one.parts)
    expect(one.holder.challenges).toEqual([])
    expect(one.recipients.map(({ sends }) => sends.map(({ at }) => at))).toEqual([[START], [START]])
    expect(one.block.sends).toHaveLength(4)
  })

  it("T35 of an earlier message leaves the challenge that was renewed since, and gives back that message's place only", () => {
    const one = world({}, 2)
    const issued = issuedOf(one.issue())
    one.now += 30_000
    one.renew('111111')
    withdraw(records(one), { id: one.id, issued, giveBack: true }, one.parts)
    withdraw(records(one), { id: one.id, issued, giveBack: true }, one.parts)
    expect(one.recipients.map(({ sends }) => sends.map(({ at }) => at))).toEqual([[START + 30_000], [START + 30_000]])
    expect(one.verify('111111').outcome).toBe('verified')
  })

  it('T35 of an earlier message leaves a renewed challenge also where both end at the same instant', () => {
    const one = world({ limits: FREE })
    const issued = issuedOf(one.issue())
    one.now += 30_000
    one.renew('111111', { ttlSeconds: 270 })
    expect(one.holder.challenges[0]?.expiresAt).toBe(issued.expiresAt)
    withdraw(records(one), { id: one.id, issued, giveBack: false }, one.parts)
    expect(one.verify('111111').outcome).toBe('verified')
  })

  it('T35 ends neither another challenge of the recipient, nor lives on for its sake', () => {
    const one = world({ limits: FREE })
    one.issueAnother()
    const issued = issuedOf(one.issue())
    one.now += 1000
    one.issueAnother()
    withdraw(records(one), { id: one.id, issued, giveBack: false }, one.parts)
    expect(one.holder.challenges.map(({ tail, expiresAt }) => [tail === one.parts.tail, expiresAt - START])).toEqual([
      [false, 300_000],
      [false, 301_000],
    ])
  })

  it('T35 of an earlier message leaves a challenge that was renewed and ends at another instant', () => {
    const one = world({ limits: FREE })
    const issued = issuedOf(one.issue())
    one.renew('111111', { ttlSeconds: 200 })
    withdraw(records(one), { id: one.id, issued, giveBack: false }, one.parts)
    expect(one.verify('111111').outcome).toBe('verified')
  })

  it('T35 leaves the grant of a code that was typed before its message counted as lost', () => {
    const one = world()
    const issued = issuedOf(one.issue())
    one.verify(RIGHT, { grantSeconds: 300 })
    withdraw(records(one), { id: one.id, issued, giveBack: false }, one.parts)
    expect(one.holder.grants).toHaveLength(1)
  })

  it('T35 gives nothing back where it is told not to, nor to another challenge', () => {
    const one = world()
    const issued = issuedOf(one.issue())
    withdraw(records(one), { id: one.id, issued, giveBack: false }, one.parts)
    withdraw(records(one), { id: one.id, issued, giveBack: true }, { ...one.parts, tail: 'another'.padEnd(22, '-') })
    expect(one.holder).toMatchObject({ challenges: [], sends: [{ at: START }] })
  })
})
