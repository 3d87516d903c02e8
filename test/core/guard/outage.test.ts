import { memoryStore } from 'express-otp/stores/memory'
import { testClock } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { ANN, numbers, quiet, scene } from './scene.js'

describe('a store that fails while budgets are charged', () => {
  it('T29 T54 lets no message go out, and gives back what was taken', async () => {
    const clock = testClock()
    const store = memoryStore({ clock })
    let failing = 0
    let asked = 0
    const flaky = {
      ...store,
      charge: ((request) => (++asked === failing ? Promise.reject(new Error('away')) : store.charge(request))) as typeof store.charge,
    }
    const one = scene({ guard: { floorPerHour: 2, paidPerHour: 2 } }, { clock, store: flaky })
    for (const turn of [1, 2, 3, 4]) {
      asked = 0
      failing = turn
      await expect(one.send(ANN)).rejects.toThrow()
      await quiet()
    }
    expect(one.sms.messages).toHaveLength(0)
    failing = 0
    const said: string[] = []
    for (const to of numbers(3)) said.push(await one.send(to))
    expect(said).toEqual(['sent', 'sent', 'rate_limited'])
  })

  it('T29 T54 costs a proof its place, and the person nothing', async () => {
    const clock = testClock()
    const store = memoryStore({ clock })
    let isAway = false
    const away = { ...store, look: ((request) => (isAway ? Promise.reject(new Error('away')) : store.look(request))) as typeof store.look }
    const one = scene({}, { clock, store: away })
    await one.send(ANN)
    isAway = true
    expect(await one.verify()).toBe('verified')
    await quiet()
  })
})

describe('what the budgets cost', () => {
  it('asks nothing more in a row: a new send waits for one answer of the store', async () => {
    const clock = testClock()
    const store = memoryStore({ clock })
    const rounds: string[][] = []
    let open: string[] | undefined
    // Everything that is asked in one turn of the loop is one round.
    const seen =
      <Request, Answer>(name: string, verb: (request: Request) => Promise<Answer>) =>
      async (request: Request): Promise<Answer> => {
        if (open === undefined) {
          open = []
          rounds.push(open)
          setImmediate(() => {
            open = undefined
          })
        }
        open.push(name)
        await new Promise((resolve) => setImmediate(resolve))
        return await verb(request)
      }
    const watched = { ...store, issue: seen('issue', store.issue), charge: seen('charge', store.charge), keep: seen('keep', store.keep) }
    const one = scene({ prices: { sms: { default: '0.1' } }, spendCap: { perHour: '5', perDay: '50' } }, { clock, store: watched })
    await one.send(ANN)
    expect(rounds.map((round) => round.sort().join(' '))).toEqual(['charge charge charge charge charge issue', 'keep'])
    await one.verify()
    await quiet()
    rounds.length = 0
    clock.advance(2)
    // Proved: what an unproved message would take goes back while nobody waits.
    await one.send(ANN)
    expect(rounds[0]?.sort().join(' ')).toBe('charge charge charge charge charge issue')
    expect(rounds.flat()).not.toContain('keep')
  })
})
