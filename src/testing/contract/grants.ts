import assert from 'node:assert/strict'
import { type Case, FREE, newKey, type Pending, RIGHT, range, tally } from './bench.js'

const GONE = { outcome: 'gone' }
const GRANT = { grantSeconds: 300 }

/** What a verified challenge leaves is good once, for its own intent, user and context, for a while. */
export const GRANTS: readonly Case[] = [
  {
    title: 'T26 of 50 that redeem a grant at the same instant one succeeds',
    async run({ send, race }) {
      const challenge = await send()
      await challenge.verify(RIGHT, GRANT)
      const decisions = await race(50, (store) => challenge.redeem({}, store))
      assert.deepEqual(tally(decisions), { redeemed: 1, gone: 49 })
      assert.deepEqual(await challenge.find(), GONE)
    },
  },
  {
    title: 'T26 a grant is for its own intent, user and context, and asking for another does not spend it',
    async run({ send, another }) {
      const challenge = await send({ intent: 'transfer', user: 'ada', context: 'payee-a' })
      await challenge.verify(RIGHT, GRANT)
      assert.deepEqual(await challenge.redeem({ intent: 'login' }), GONE)
      assert.deepEqual(await challenge.redeem({ user: 'bob' }, another), GONE)
      assert.deepEqual(await challenge.redeem({ user: '' }), GONE)
      assert.deepEqual(await challenge.redeem({ context: 'payee-b' }), GONE)
      const decision = await challenge.redeem({}, another)
      assert.equal(decision.outcome, 'redeemed')
      assert.deepEqual(decision.proved, [{ channel: 'sms', sealed: 'sealed-sms' }])
    },
  },
  {
    title: 'T26 a grant lives to the millisecond before it expires',
    waits: true,
    async run({ send, clock }) {
      const challenge = await send()
      const verifiedAt = clock.now()
      const decision = await challenge.verify(RIGHT, GRANT)
      assert.equal(decision.outcome === 'verified' && decision.grantExpiresAt, verifiedAt + 300_000)
      const found = { outcome: 'granted', intent: 'login', user: '', context: '', verifiedAt, expiresAt: verifiedAt + 300_000 }
      assert.deepEqual(await challenge.find(), { ...found, now: verifiedAt })
      clock.advance(299.999)
      assert.deepEqual(await challenge.find(), { ...found, now: clock.now() })
      const redeemed = await challenge.redeem({ once: false })
      assert.deepEqual(redeemed, { outcome: 'redeemed', now: clock.now(), verifiedAt, proved: [{ channel: 'sms', sealed: 'sealed-sms' }] })
      clock.advance(0.001)
      assert.deepEqual(await challenge.redeem(), GONE)
      assert.deepEqual(await challenge.find(), GONE)
    },
  },
  {
    title: 'T26 a grant is no good to who wants a fresher proof, and stays for who does not',
    waits: true,
    async run({ send, clock }) {
      const challenge = await send()
      await challenge.verify(RIGHT, GRANT)
      clock.advance(59.999)
      assert.equal((await challenge.redeem({ maxAgeSeconds: 60, once: false })).outcome, 'redeemed')
      clock.advance(0.001)
      assert.deepEqual(await challenge.redeem({ maxAgeSeconds: 60 }), GONE)
      assert.equal((await challenge.redeem()).outcome, 'redeemed')
      assert.deepEqual(await challenge.redeem(), GONE)
    },
  },
  {
    title: 'T26 there is no grant where none was asked for, before a success, or after a cancellation',
    async run({ send, store }) {
      const ungranted = await send()
      assert.deepEqual(await ungranted.redeem(), GONE)
      const decision = await ungranted.verify(RIGHT)
      assert.equal(decision.outcome === 'verified' && decision.grantExpiresAt, 0)
      assert.deepEqual(await ungranted.redeem(), GONE)
      const cancelled = await send()
      await cancelled.verify(RIGHT, GRANT)
      await store.cancel({ id: cancelled.id })
      assert.deepEqual(await cancelled.redeem(), GONE)
    },
  },
  {
    title: 'T21 a success without a grant is remembered where that was asked for, until its code would have ended, and is good for nothing',
    waits: true,
    async run({ clock, send }) {
      const forgotten = await send()
      await forgotten.verify(RIGHT)
      assert.equal((await forgotten.find()).outcome, 'gone')
      const challenge = await send()
      clock.advance(60)
      const decision = await challenge.verify(RIGHT, { recalls: true })
      const verifiedAt = clock.now()
      assert.equal(decision.outcome === 'verified' && decision.grantExpiresAt, 0)
      assert.deepEqual(await challenge.redeem(), GONE)
      const remembered = { outcome: 'verified', intent: 'login', user: '', context: '', verifiedAt, expiresAt: verifiedAt + 240_000 }
      assert.deepEqual(await challenge.find(), { ...remembered, now: verifiedAt })
      clock.advance(239.999)
      assert.equal((await challenge.find()).outcome, 'verified')
      clock.advance(0.001)
      assert.equal((await challenge.find()).outcome, 'gone')
      const granted = await send()
      await granted.verify(RIGHT, { ...GRANT, recalls: true })
      assert.equal((await granted.find()).outcome, 'granted')
    },
  },
  {
    title: 'T26 a grant survives other challenges of its recipient, and a right code sent late finds no challenge beside it',
    async run({ send }) {
      const recipients = [newKey()]
      const challenge = await send({ recipients })
      await challenge.verify(RIGHT, GRANT)
      await (await send({ recipients, intent: 'transfer' })).verify(RIGHT, GRANT)
      assert.deepEqual(await challenge.verify(RIGHT, GRANT), GONE)
      assert.equal((await challenge.redeem()).outcome, 'redeemed')
    },
  },
  {
    title: 'T26 a recipient has at most 20 grants; the oldest goes',
    async run({ send }) {
      const recipients = [newKey()]
      const granted: Pending[] = []
      for (const _ of range(21)) {
        const challenge = await send({ recipients, limits: FREE })
        assert.equal((await challenge.verify(RIGHT, GRANT)).outcome, 'verified')
        granted.push(challenge)
      }
      const decisions = await Promise.all(granted.map((challenge) => challenge.redeem()))
      assert.deepEqual(
        decisions.map(({ outcome }) => outcome),
        ['gone', ...range(20).map(() => 'redeemed')],
      )
    },
  },
  {
    title: 'find tells what is pending and changes nothing',
    waits: true,
    async run({ send, clock, another }) {
      const challenge = await send({ intent: 'transfer', user: 'ada', context: 'payee-a' })
      await challenge.fail(1)
      const found = {
        outcome: 'found',
        now: clock.now(),
        intent: 'transfer',
        user: 'ada',
        context: 'payee-a',
        mode: 'any',
        expiresAt: clock.now() + 300_000,
        attemptsLeft: 4,
        resendAt: clock.now() + 30_000,
        answers: [{ channel: 'sms', sealed: 'sealed-sms', proved: false }],
      }
      for (const view of [another, another, another]) assert.deepEqual(await challenge.find(view), found)
      const decision = await challenge.verify(RIGHT)
      assert.equal(decision.outcome === 'verified' && decision.attemptsLeft, 4)
    },
  },
]
