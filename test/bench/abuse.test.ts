import { beforeAll, describe, expect, it } from 'vitest'
import { bound } from '../../bench/abuse/report.js'
import { MONTH, type Scenario } from '../../bench/abuse/scenario.js'
import { simulate } from '../../bench/abuse/simulate.js'
import { ATTACKERS, type Figures } from '../../bench/abuse/tally.js'

const A_DAY: Scenario = {
  ...MONTH,
  days: 1,
  warmUpDays: 1,
  people: 80,
  slowTargets: 1,
  parallelTargets: 1,
  bombed: 1,
  locked: 2,
  pumpedPerHour: 600,
  campaigns: [8],
  campaignHours: 1,
}

const NAMES = ['default', 'default, no help', 'strict', 'unprotected'] as const

describe('a simulated day', () => {
  let runs: Readonly<Record<(typeof NAMES)[number], Figures>>

  beforeAll(async () => {
    runs = {
      default: await simulate('default', A_DAY),
      'default, no help': await simulate('default, no help', A_DAY),
      strict: await simulate('strict', A_DAY),
      unprotected: await simulate('unprotected', A_DAY),
    }
  }, 300_000)

  it('has the same figures on each run', async () => {
    expect(await simulate('default', A_DAY)).toEqual(runs.default)
  }, 120_000)

  it('has other figures from another seed', async () => {
    expect(await simulate('unprotected', { ...A_DAY, seed: 2 })).not.toEqual(runs.unprotected)
  }, 120_000)

  it.each(NAMES)('has every actor at work in front of the sender %s', (name) => {
    const { actors, lockouts, logins } = runs[name]
    for (const attacker of ATTACKERS) expect(actors[attacker].asked, attacker).toBeGreaterThan(0)
    for (const guesser of ['slow guesser', 'parallel guesser', 'locker'] as const)
      expect(actors[guesser].compared, guesser).toBeGreaterThan(0)
    expect(logins).toBeGreaterThan(10)
    expect(lockouts.known.tries).toBeGreaterThan(0)
    expect(lockouts.unknown.tries).toBeGreaterThan(0)
  })

  it.each(['default', 'strict'] as const)('T07 lets nobody guess more often than the preset %s says', (name) => {
    const { mostGuessesOfOne } = runs[name]
    expect(mostGuessesOfOne).toBeGreaterThan(4)
    expect(mostGuessesOfOne).toBeLessThanOrEqual(bound(name, runs[name], A_DAY)?.guesses ?? 0)
  })

  it('T29 charges nothing for premium numbers and for countries that are not served, and little for others', () => {
    for (const name of ['default', 'strict'] as const) {
      expect(runs[name].pumpedCost).toMatchObject({ premium: 0, abroad: 0 })
      expect(runs[name].actors.pumper.delivered).toBeLessThan(201)
    }
    expect(runs.unprotected.pumpedCost.premium).toBeGreaterThan(50)
    expect(runs.unprotected.actors.pumper.delivered).toBe(600)
  })
})
