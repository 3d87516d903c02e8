import assert from 'node:assert/strict'
import { type Case, digest, FREE, guess, newAnswer, newId, newKey, RIGHT, range, tally, WRONG } from './bench.js'

const GONE = { outcome: 'gone' }

/** A code is good once, for what it was asked for, until it expires or is replaced. */
export const CODES: readonly Case[] = [
  {
    title: 'T11 a guess is compared with the one challenge that is named',
    async run({ send }) {
      const recipients = [newKey()]
      const first = await send({ recipients, limits: FREE, code: '111111' })
      const second = await send({ recipients, limits: FREE, code: '222222' })
      assert.deepEqual(await first.verify('222222'), { outcome: 'wrong', attemptsLeft: 4, failures: 1, waiting: ['sms'] })
      assert.equal((await second.verify('222222')).outcome, 'verified')
      assert.equal((await first.verify('111111')).outcome, 'verified')
    },
  },
  {
    title: 'T14 for another intent a challenge is gone, uncharged, and stays usable for its own',
    async run({ send, another }) {
      const challenge = await send({ intent: 'transfer' })
      assert.deepEqual(await challenge.verify(RIGHT, { intent: 'login' }), GONE)
      assert.deepEqual(await challenge.verify(RIGHT, { intent: '' }, another), GONE)
      assert.deepEqual(await challenge.renew('111111', { intent: 'login' }), GONE)
      const decision = await challenge.verify(RIGHT)
      assert.equal(decision.outcome === 'verified' && decision.attemptsLeft, 5)
    },
  },
  {
    title: 'T15 with another context than the one approved the right code is wrong and the challenge ends',
    async run({ send }) {
      const challenge = await send({ context: 'payee-a' })
      assert.deepEqual(await challenge.renew('111111', { context: 'payee-b' }), GONE)
      assert.deepEqual(await challenge.verify(RIGHT, { context: 'payee-b' }), {
        outcome: 'wrong',
        attemptsLeft: 0,
        failures: 1,
        waiting: ['sms'],
      })
      assert.deepEqual(await challenge.verify(RIGHT), { outcome: 'exhausted' })
    },
  },
  {
    title: 'T17 for another user a challenge is gone, uncharged, and stays usable for its own',
    async run({ send, another }) {
      const challenge = await send({ user: 'ada' })
      assert.deepEqual(await challenge.verify(RIGHT, { user: '' }), GONE)
      assert.deepEqual(await challenge.verify(RIGHT, { user: 'bob' }, another), GONE)
      assert.deepEqual(await challenge.renew('111111', { user: 'bob' }), GONE)
      const decision = await challenge.verify(RIGHT)
      assert.equal(decision.outcome === 'verified' && decision.attemptsLeft, 5)
    },
  },
  {
    title: 'T21 a code is gone after its success, for every view of the store',
    async run({ send, another }) {
      const challenge = await send()
      const { outcome, ...rest } = await challenge.verify(RIGHT)
      assert.equal(outcome, 'verified')
      assert.deepEqual(
        { ...rest, now: 0 },
        { now: 0, complete: true, proved: [{ channel: 'sms', sealed: 'sealed-sms' }], waiting: [], attemptsLeft: 5, grantExpiresAt: 0 },
      )
      assert.deepEqual(await challenge.verify(RIGHT), GONE)
      assert.deepEqual(await challenge.verify(RIGHT, {}, another), GONE)
      assert.deepEqual(await challenge.find(another), GONE)
      assert.deepEqual(await challenge.renew('111111'), GONE)
    },
  },
  {
    title: 'T22 of 300 right codes at the same instant exactly one is verified',
    async run({ send, race }) {
      const challenge = await send()
      const decisions = await race(300, (store) => challenge.verify(RIGHT, { grantSeconds: 300 }, store))
      assert.deepEqual(tally(decisions), { verified: 1, gone: 299 })
    },
  },
  {
    title: 'T23 a wrong guess that comes late does not revive a consumed challenge, and costs a right one nothing',
    async run({ send, race }) {
      for (const round of range(8)) {
        const challenge = await send({ maxAttempts: 100, limits: { ...FREE, failuresBeforePause: 99 } })
        const decisions = await race(24, (store, index) => challenge.verify(index === round * 3 ? RIGHT : WRONG, {}, store))
        const { verified, wrong = 0, gone = 0 } = tally(decisions)
        assert.equal(verified, 1)
        assert.equal(wrong + gone, 23)
        assert.deepEqual(await challenge.find(), GONE)
        assert.deepEqual(await challenge.verify(RIGHT), GONE)
      }
    },
  },
  {
    title: 'T24 by default a renewal makes the old code wrong, and charges it',
    async run({ send }) {
      const challenge = await send({ limits: FREE })
      await challenge.fail(1)
      const renewed = await challenge.renew('111111')
      assert.equal(renewed.outcome === 'issued' && renewed.attemptsLeft, 5)
      assert.deepEqual(await challenge.verify(RIGHT), { outcome: 'wrong', attemptsLeft: 4, failures: 2, waiting: ['sms'] })
      assert.equal((await challenge.verify('111111')).outcome, 'verified')
    },
  },
  {
    title: 'T24 a renewal that races a guess ends in one of the two orders, never with both codes good or both lost',
    async run({ send, race }) {
      for (const round of range(16)) {
        const challenge = await send({ limits: FREE })
        const [renewed = '', verified = ''] = await race(2, async (store, index) =>
          index === round % 2 ? (await challenge.renew('111111', {}, store)).outcome : (await challenge.verify(RIGHT, {}, store)).outcome,
        ).then((outcomes) => (round % 2 === 0 ? outcomes : outcomes.reverse()))
        assert.ok(['issued wrong', 'gone verified'].includes(`${renewed} ${verified}`), `renew: ${renewed}, verify: ${verified}`)
        assert.equal((await challenge.verify('111111')).outcome, renewed === 'issued' ? 'verified' : 'gone')
        assert.deepEqual(await challenge.verify(RIGHT), GONE)
      }
    },
  },
  {
    title: 'T24 with `keep` the two newest codes are good under one count, and no older one',
    async run({ send }) {
      const challenge = await send({ limits: FREE, code: '111111' })
      await challenge.fail(1)
      await challenge.renew('222222', { resend: 'keep' })
      const renewed = await challenge.renew('333333', { resend: 'keep' })
      assert.equal(renewed.outcome === 'issued' && renewed.attemptsLeft, 4)
      assert.deepEqual(await challenge.verify('111111'), { outcome: 'wrong', attemptsLeft: 3, failures: 3, waiting: ['sms'] })
      assert.equal((await challenge.verify('222222')).outcome, 'verified')
      assert.deepEqual(await challenge.verify('333333'), GONE)
    },
  },
  {
    title: 'T25 a code is good until the millisecond before it expires, whatever failed or asked in between',
    waits: true,
    async run({ send, clock }) {
      const [first, second] = [await send(), await send()]
      assert.equal(first.issued.now, clock.now())
      assert.equal(first.issued.expiresAt, clock.now() + 300_000)
      await second.fail(1)
      clock.advance(299.999)
      await second.fail(1)
      await second.find()
      assert.equal((await first.verify(RIGHT)).outcome, 'verified')
      clock.advance(0.001)
      assert.deepEqual(await second.verify(RIGHT), { outcome: 'expired' })
      assert.deepEqual(await second.verify(WRONG), { outcome: 'expired' })
      assert.deepEqual(await second.find(), GONE)
      assert.deepEqual(await second.renew('111111'), GONE)
    },
  },
  {
    title: 'T25 a renewal gives the new code its life and the kept one no more than it had',
    waits: true,
    async run({ send, clock }) {
      const [challenge, other] = [await send({ limits: FREE }), await send({ limits: FREE })]
      clock.advance(200)
      await challenge.renew('111111', { resend: 'keep' })
      await other.renew('111111', { resend: 'keep' })
      clock.advance(99.999)
      assert.equal((await other.verify(RIGHT)).outcome, 'verified')
      clock.advance(0.001)
      assert.deepEqual(await challenge.verify(RIGHT), { outcome: 'wrong', attemptsLeft: 4, failures: 2, waiting: ['sms'] })
      clock.advance(199.999)
      assert.equal((await challenge.verify('111111')).outcome, 'verified')
    },
  },
  {
    title: 'T25 a code whose age is judged when it is verified is wrong and charged from that age on, and lives no longer for it',
    waits: true,
    async run({ send, clock }) {
      const old = newAnswer('222222', { channel: 'email', isAging: true })
      for (const recipients of [[newKey()], [newKey(), newKey()]]) {
        const asked = { recipients, answers: [newAnswer(RIGHT), old], limits: FREE }
        const [judged, unjudged, other, late] = [
          await send(asked),
          await send(asked),
          await send(asked),
          await send({ ...asked, intent: 'late' }),
        ]
        clock.advance(59.999)
        const guessed = guess('222222', 'email')
        assert.equal((await judged.verify(guessed, { maxAgeSeconds: 60 })).outcome, 'verified')
        clock.advance(0.001)
        const wrong = await other.verify(guessed, { maxAgeSeconds: 60 })
        assert.deepEqual(wrong, { outcome: 'wrong', attemptsLeft: 4, failures: 1, waiting: ['sms', 'email'] })
        assert.equal((await other.verify(guessed, { maxAgeSeconds: 61 })).outcome, 'verified')
        // Nobody judges it, or it is another code.
        assert.equal((await unjudged.verify(guessed)).outcome, 'verified')
        const kept = await late.renew('111111', { answers: [newAnswer('333333'), { ...old, digest: digest('444444') }], resend: 'keep' })
        assert.equal(kept.outcome, 'issued')
        assert.equal((await late.verify(guessed, { maxAgeSeconds: 60 })).outcome, 'wrong')
        assert.equal((await late.verify(guess('444444', 'email'), { maxAgeSeconds: 60 })).outcome, 'verified')
        const expiring = await send(asked)
        clock.advance(300)
        assert.deepEqual(await expiring.verify(guessed, { maxAgeSeconds: 600 }), { outcome: 'expired' })
        const plain = await send(asked)
        clock.advance(200)
        assert.equal((await plain.verify(RIGHT, { maxAgeSeconds: 60 })).outcome, 'verified')
      }
    },
  },
  {
    title: 'T49 what is not there is gone, and changes nothing',
    async run({ send, store, failuresOf }) {
      const recipient = newKey()
      const challenge = await send({ recipients: [recipient], limits: FREE })
      const unknown = newId([recipient])
      assert.deepEqual(await challenge.verify(RIGHT, { id: unknown }), GONE)
      assert.deepEqual(await challenge.renew('111111', { id: unknown }), GONE)
      assert.deepEqual(await challenge.redeem({ id: unknown }), GONE)
      assert.deepEqual(await challenge.redeem(), GONE)
      await store.cancel({ id: unknown })
      await store.withdraw({ id: unknown, issued: { now: 0, expiresAt: 0 }, giveBack: true })
      await store.release({ recipient: newKey() })
      assert.equal(await failuresOf(recipient), 0)
      assert.equal((await challenge.find()).outcome, 'found')
    },
  },
  {
    title: 'T62 a code is right under any live secret, and a digest of another length is wrong',
    async run({ send }) {
      const challenge = await send()
      assert.equal((await challenge.verify({ sms: [digest(RIGHT).slice(1), '', `${digest(RIGHT)}A`] })).outcome, 'wrong')
      assert.equal((await challenge.verify({ sms: [digest(WRONG), digest(RIGHT)] })).outcome, 'verified')
    },
  },
]
