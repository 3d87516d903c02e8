import assert from 'node:assert/strict'
import type { ChargeDecision, ChargeRequest } from '../../ports/register.js'
import type { Store } from '../../ports/store.js'
import { type Bench, type Case, newKey, range, tally } from './bench.js'

interface Account {
  readonly key: string
  charge(amount: number, fields?: Partial<ChargeRequest>, store?: Store): Promise<ChargeDecision>
  /** The total that stands, found out by asking. */
  total(store?: Store): Promise<number>
}

function account({ store }: Bench, { limit = 50, windowSeconds }: Partial<ChargeRequest> = {}): Account {
  const key = newKey()
  const charge: Account['charge'] = (amount, fields = {}, view = store) => view.charge({ key, amount, limit, windowSeconds, ...fields })
  return { key, charge, total: async (view) => (await charge(0, { limit: Number.MAX_SAFE_INTEGER }, view)).total }
}

/** How often each outcome occurred, and every total that was told with a charge, in order. */
function totals(decisions: readonly ChargeDecision[]): readonly number[] {
  return decisions.flatMap((one) => (one.outcome === 'charged' ? [one.total] : [])).sort((one, other) => one - other)
}

/** Totals are exact, whoever charges and gives back at the same time, and begin anew in time. */
export const REGISTER_TOTALS: readonly Case[] = [
  {
    title: 'T29 of 300 charges of 1 at the same instant exactly the limit is charged, each with a total of its own',
    async run(bench) {
      for (const windowSeconds of [undefined, 3600]) {
        const { charge, total } = account(bench, { windowSeconds })
        const decisions = await bench.race(300, (view) => charge(1, {}, view))
        assert.deepEqual(tally(decisions), { charged: 50, refused: 250 })
        assert.deepEqual(
          totals(decisions),
          range(50).map((index) => index + 1),
        )
        assert.equal(await total(bench.another), 50)
      }
    },
  },
  {
    title: 'T29 charges and refunds at the same instant leave the right total, and never one above the limit',
    async run(bench) {
      const { charge, total } = account(bench, { limit: 20 })
      await charge(10)
      // Each of these changes the record, and a session store on files takes some milliseconds for each.
      const amountOf = (index: number): number => (index % 4 === 0 ? -2 : 1)
      const decisions = await bench.race(120, (view, index) => charge(amountOf(index), {}, view))
      const charged = range(120).filter((index) => decisions[index]?.outcome === 'charged')
      assert.equal(charged.filter((index) => amountOf(index) < 0).length, 30)
      assert.equal(
        await total(),
        charged.reduce((sum, index) => sum + amountOf(index), 10),
      )
      assert.ok(charged.length < 120 && decisions.every((decision) => decision.total <= 20))
    },
  },
  {
    title: 'T29 an amount that does not fit is refused whole, a smaller one fits, and what is given back can be spent again',
    async run(bench) {
      const { charge, total } = account(bench, { limit: 10 })
      assert.equal((await charge(7)).outcome, 'charged')
      assert.deepEqual(await charge(4), { outcome: 'refused', total: 7, retryAfterMs: 0 })
      assert.equal((await charge(3)).total, 10)
      assert.deepEqual(await charge(1, {}, bench.another), { outcome: 'refused', total: 10, retryAfterMs: 0 })
      assert.equal((await charge(-4)).total, 6)
      assert.equal((await charge(4, {}, bench.another)).total, 10)
      // A limit that was lowered: giving back goes on, asking tells.
      assert.deepEqual(await charge(0, { limit: 5 }), { outcome: 'refused', total: 10, retryAfterMs: 0 })
      assert.deepEqual([(await charge(-1, { limit: 5 })).outcome, await total()], ['charged', 9])
    },
  },
  {
    title: 'a total without a window is a credit below 0, exact as far as whole numbers are, and 0 when it is spent',
    async run(bench) {
      const most = Number.MAX_SAFE_INTEGER
      const { charge, total } = account(bench, { limit: 0 })
      assert.equal((await charge(1)).outcome, 'refused')
      for (const amount of [-most, most - 1, 1]) await charge(amount)
      assert.equal(await total(), 0)
      assert.deepEqual([(await charge(-most)).total, (await charge(-most)).total], [-most, -most])
      assert.deepEqual([(await charge(most - 2)).total, (await charge(2)).total, (await charge(1)).outcome], [-2, 0, 'refused'])
      const high = account(bench, { limit: most })
      assert.deepEqual(
        [(await high.charge(most)).total, (await high.charge(1)).outcome, (await high.charge(most)).outcome],
        [most, 'refused', 'refused'],
      )
      assert.deepEqual(
        [(await high.charge(-1)).total, (await high.charge(1)).total, await high.total(bench.another)],
        [most - 1, most, most],
      )
    },
  },
  {
    title: 'T29 a total begins anew when its window has passed since its first amount, to the millisecond, whatever was charged since',
    waits: true,
    async run(bench) {
      const { charge } = account(bench, { limit: 10, windowSeconds: 3600 })
      const first = await charge(6)
      assert.equal(first.outcome, 'charged')
      assert.equal(first.endsAt - first.now, 3_600_000)
      bench.clock.advance(3000)
      const second = await charge(4, { windowSeconds: 86_400 })
      assert.deepEqual(second, { outcome: 'charged', total: 10, now: first.now + 3_000_000, endsAt: first.endsAt })
      assert.deepEqual(await charge(1), { outcome: 'refused', total: 10, retryAfterMs: 600_000 })
      bench.clock.advance(599.999)
      assert.deepEqual(await charge(1, {}, bench.another), { outcome: 'refused', total: 10, retryAfterMs: 1 })
      bench.clock.advance(0.001)
      const anew = await charge(1, {}, bench.another)
      assert.deepEqual(anew, { outcome: 'charged', total: 1, now: first.endsAt, endsAt: first.endsAt + 3_600_000 })
    },
  },
  {
    title: 'a total with a window is never below 0, and neither asking nor giving back begins one',
    waits: true,
    async run(bench) {
      const { charge } = account(bench, { limit: 10, windowSeconds: 60 })
      for (const amount of [0, -5]) {
        const asked = await charge(amount)
        assert.deepEqual(asked.outcome === 'charged' && [asked.total, asked.endsAt], [0, 0])
      }
      // Waiting would not help.
      assert.deepEqual(await charge(11), { outcome: 'refused', total: 0, retryAfterMs: 0 })
      bench.clock.advance(30)
      const begun = await charge(3)
      assert.equal(begun.outcome, 'charged')
      bench.clock.advance(20)
      assert.deepEqual(await charge(-5), { outcome: 'charged', total: 0, now: begun.now + 20_000, endsAt: begun.endsAt })
      assert.equal((await charge(10)).total, 10)
      assert.deepEqual(await charge(11), { outcome: 'refused', total: 10, retryAfterMs: 0 })
      bench.clock.advance(40)
      // The window that it was charged in has passed: nothing to give back any more.
      assert.deepEqual([(await charge(-10)).total, (await charge(10)).total], [0, 10])
    },
  },
  {
    title: 'a total without a window outlasts everything',
    waits: true,
    async run(bench) {
      const [credit, debt] = [account(bench, { limit: 0 }), account(bench)]
      await credit.charge(-5)
      const charged = await debt.charge(5)
      assert.equal(charged.outcome === 'charged' && charged.endsAt, 0)
      bench.clock.advance(20 * 366 * 86_400)
      assert.deepEqual([await credit.total(), await debt.total(bench.another)], [-5, 5])
      assert.deepEqual([(await credit.charge(5)).total, (await debt.charge(46)).outcome], [0, 'refused'])
    },
  },
]
