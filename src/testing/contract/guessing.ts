import assert from 'node:assert/strict'
import { DEFAULT_LIMITS } from '../../core/law/default-limits.js'
import type { Limits } from '../../ports/store.js'
import { type Case, digest, FREE, guess, issueRequest, newAnswer, newKey, newOrigin, RIGHT, tally, WRONG } from './bench.js'

/** Guesses are counted, and counted where nobody can win them back. */
export const GUESSING: readonly Case[] = [
  {
    title: 'T01 counts attempts down to 0, then refuses the right code too, and no renewal revives the challenge',
    async run({ send, another }) {
      const challenge = await send({ limits: FREE })
      assert.equal(challenge.issued.attemptsLeft, 5)
      for (const [index, attemptsLeft] of [4, 3, 2, 1].entries()) {
        const decision = await challenge.verify(WRONG)
        assert.deepEqual(decision, { outcome: 'wrong', attemptsLeft, failures: index + 1, waiting: ['sms'] })
      }
      assert.deepEqual(await challenge.verify(WRONG), { outcome: 'exhausted', failures: 5 })
      assert.deepEqual(await challenge.verify(RIGHT), { outcome: 'exhausted' })
      assert.deepEqual(await challenge.verify(RIGHT, {}, another), { outcome: 'exhausted' })
      assert.deepEqual(await challenge.renew('111111'), { outcome: 'gone' })
    },
  },
  {
    title: 'T02 of 500 guesses at the same instant exactly the limit is compared, and that many failures are stored',
    async run({ send, race, failuresOf }) {
      const recipient = newKey()
      const challenge = await send({ recipients: [recipient], limits: FREE })
      const decisions = await race(500, (store) => challenge.verify(WRONG, {}, store))
      assert.deepEqual(tally(decisions), { wrong: 4, exhausted: 496 })
      const left = decisions.flatMap((decision) => (decision.outcome === 'wrong' ? [decision.attemptsLeft] : []))
      assert.deepEqual(left.sort(), [1, 2, 3, 4])
      assert.deepEqual(await challenge.verify(RIGHT), { outcome: 'exhausted' })
      assert.equal(await failuresOf(recipient), 5)
    },
  },
  {
    title: 'T02 guesses at the same instant on several challenges of one recipient reach the pause and no further',
    async run({ send, race }) {
      const recipient = newKey()
      const asked = { recipients: [recipient], limits: FREE }
      const challenges = [await send(asked), await send(asked), await send(asked)] as const
      const decisions = await race(60, (store, index) => (challenges[index % 3] ?? challenges[0]).verify(WRONG, {}, store))
      const { wrong = 0, paused = 0, exhausted = 0 } = tally(decisions)
      assert.equal(wrong + paused + exhausted, 60)
      // Of the ten that are compared, no more than two can be the last of their challenge, which answers `exhausted`.
      assert.ok(wrong >= 8 && wrong <= 10, `${wrong} were compared and not the last of their challenge`)
      assert.equal(Math.max(...decisions.map((decision) => ('failures' in decision ? (decision.failures ?? 0) : 0))), 10)
    },
  },
  {
    title: 'T03 4 failures, renewal, 4 failures, renewal, 2 failures: the recipient stands at 10 and the pause begins',
    waits: true,
    async run({ send, clock }) {
      const challenge = await send()
      assert.deepEqual(await challenge.fail(4), { outcome: 'wrong', attemptsLeft: 1, failures: 4, waiting: ['sms'] })
      clock.advance(30)
      const renewed = await challenge.renew('111111')
      assert.equal(renewed.outcome === 'issued' && renewed.attemptsLeft, 5)
      assert.deepEqual(await challenge.fail(4), { outcome: 'wrong', attemptsLeft: 1, failures: 8, waiting: ['sms'] })
      clock.advance(60)
      assert.equal((await challenge.renew('222222')).outcome, 'issued')
      assert.deepEqual(await challenge.fail(2), { outcome: 'wrong', attemptsLeft: 3, failures: 10, waiting: ['sms'] })
      assert.deepEqual(await challenge.verify('222222'), { outcome: 'limited', limit: 'paused', retryAfterMs: 30_000 })
    },
  },
  {
    title: 'T03 a new challenge, an expiry, a cancellation and a withdrawal change no failure counter',
    waits: true,
    async run({ send, store, clock, failuresOf }) {
      const recipient = newKey()
      const [first, second, third] = [
        await send({ recipients: [recipient], limits: FREE }),
        await send({ recipients: [recipient], limits: FREE }),
        await send({ recipients: [recipient], limits: FREE }),
      ]
      await first.fail(2)
      await second.fail(2)
      await third.fail(2)
      await store.cancel({ id: first.id })
      await store.withdraw({ id: second.id, issued: second.issued, giveBack: true })
      clock.advance(600)
      assert.equal(await failuresOf(recipient), 6)
    },
  },
  {
    title: 'T05 one counter per recipient over channels, intents and users, and a pause holds for all of them',
    async run({ send, another }) {
      const recipients = [newKey()]
      const sms = await send({ recipients, limits: FREE })
      const call = await send({ recipients, limits: FREE, intent: 'transfer', user: 'someone', channel: 'call' })
      const other = await send({ recipients, limits: FREE, intent: 'signup' })
      await sms.fail(4)
      await call.verify(guess(WRONG, 'call'))
      assert.deepEqual(await call.verify(guess(WRONG, 'call')), { outcome: 'wrong', attemptsLeft: 3, failures: 6, waiting: ['call'] })
      assert.deepEqual(await other.fail(4), { outcome: 'wrong', attemptsLeft: 1, failures: 10, waiting: ['sms'] })
      for (const challenge of [sms, call, other]) assert.deepEqual(tally([await challenge.verify(RIGHT, {}, another)]), { paused: 1 })
      assert.deepEqual(tally([await another.issue(issueRequest({ recipients, limits: FREE }))]), { paused: 1 })
    },
  },
  {
    title: 'T05 one code compared with two answers of one recipient is two failures of it, and one attempt',
    async run({ send, failuresOf }) {
      const [other, recipient] = [newKey(), newKey()]
      for (const [index, recipients] of [[recipient], [other, recipient]].entries()) {
        const at = { recipient: index }
        const answers = [newAnswer(RIGHT, at), newAnswer('777777', { ...at, channel: 'call' })]
        const challenge = await send({ recipients, answers, limits: FREE })
        const failed = await challenge.verify({ sms: [digest(WRONG)], call: [digest(WRONG)] })
        assert.deepEqual(failed, { outcome: 'wrong', attemptsLeft: 4, failures: index * 3 + 2, waiting: ['sms', 'call'] })
        // Finding that out is a failure as well.
        assert.equal(await failuresOf(recipient), index * 3 + 2)
      }
      assert.equal(await failuresOf(other), 0)
    },
  },
  {
    title: 'T06 guesses from ever new addresses meet the same limits',
    async run({ send }) {
      const challenge = await send({ maxAttempts: 10 })
      for (const left of [9, 8, 7, 6, 5, 4, 3, 2, 1]) {
        const decision = await challenge.fail(1, { origin: newOrigin() })
        assert.equal(decision.outcome === 'wrong' && decision.attemptsLeft, left)
      }
      assert.deepEqual(await challenge.fail(1, { origin: newOrigin() }), { outcome: 'exhausted', failures: 10 })
    },
  },
  {
    title: 'T07 pauses double from the tenth failure up to the longest; asking during one counts nothing and does not lengthen it',
    waits: true,
    async run({ send, clock }) {
      const limits: Limits = { ...FREE, maxPauseSeconds: 100 }
      const challenge = await send({ maxAttempts: 30, ttlSeconds: 600, limits })
      await challenge.fail(9)
      for (const [index, seconds] of [30, 60, 100, 100].entries()) {
        const failed = await challenge.verify(WRONG)
        assert.equal(failed.outcome === 'wrong' && failed.failures, 10 + index)
        assert.deepEqual(await challenge.verify(WRONG), { outcome: 'limited', limit: 'paused', retryAfterMs: seconds * 1000 })
        clock.advance(seconds - 0.001)
        assert.deepEqual(await challenge.verify(WRONG), { outcome: 'limited', limit: 'paused', retryAfterMs: 1 })
        clock.advance(0.001)
      }
    },
  },
  {
    title: 'T07 of 50 guesses at the end of a pause exactly one is free',
    waits: true,
    async run({ send, clock, race }) {
      const challenge = await send({ maxAttempts: 20, limits: FREE })
      await challenge.fail(10)
      clock.advance(30)
      const decisions = await race(50, (store) => challenge.verify(WRONG, {}, store))
      assert.deepEqual(tally(decisions), { wrong: 1, paused: 49 })
    },
  },
  {
    title: 'T07 a recipient is disabled at the limit, for sends too, until it is released',
    waits: true,
    async run({ send, store, clock }) {
      const recipients = [newKey()]
      const limits: Limits = { ...FREE, failuresBeforePause: 100, failuresBeforeDisabled: 12 }
      const challenge = await send({ recipients, maxAttempts: 20, limits })
      assert.equal((await challenge.fail(12)).outcome, 'wrong')
      const disabled = { outcome: 'limited', limit: 'disabled', retryAfterMs: 3_600_000 }
      assert.deepEqual(await challenge.verify(RIGHT), disabled)
      clock.advance(86_400)
      assert.deepEqual(await store.issue(issueRequest({ recipients, limits })), disabled)
      await store.release({ recipient: recipients[0] ?? '' })
      const next = await send({ recipients, limits })
      assert.deepEqual(await next.fail(1), { outcome: 'wrong', attemptsLeft: 4, failures: 1, waiting: ['sms'] })
    },
  },
  {
    title: 'T07 releasing ends a pause, and the code that was pending is still good',
    async run({ send, store }) {
      const recipient = newKey()
      const challenge = await send({ recipients: [recipient], maxAttempts: 20, limits: FREE })
      await challenge.fail(10)
      assert.deepEqual(tally([await challenge.verify(RIGHT)]), { paused: 1 })
      await store.release({ recipient })
      assert.equal((await challenge.verify(RIGHT)).outcome, 'verified')
    },
  },
  {
    title: 'T07 a success sets the failures to 0; time alone does so only when they are forgotten',
    waits: true,
    async run({ send, clock, failuresOf }) {
      const recipient = newKey()
      const asked = { recipients: [recipient], limits: FREE }
      await (await send(asked)).fail(3)
      clock.advance(DEFAULT_LIMITS.failureMemorySeconds - 1)
      assert.equal(await failuresOf(recipient), 3)
      assert.equal((await (await send(asked)).verify(RIGHT)).outcome, 'verified')
      assert.equal(await failuresOf(recipient), 0)
      clock.advance(DEFAULT_LIMITS.failureMemorySeconds)
      assert.equal(await failuresOf(recipient), 0)
    },
  },
  {
    title: 'T07 failures are forgotten to the millisecond, also while a challenge is pending',
    waits: true,
    async run({ send, clock }) {
      const limits: Limits = { ...FREE, failureMemorySeconds: 100 }
      const challenge = await send({ maxAttempts: 10, limits })
      await challenge.fail(2)
      clock.advance(99.999)
      assert.deepEqual(await challenge.verify(WRONG), { outcome: 'wrong', attemptsLeft: 7, failures: 3, waiting: ['sms'] })
      clock.advance(100)
      assert.deepEqual(await challenge.verify(WRONG), { outcome: 'wrong', attemptsLeft: 6, failures: 1, waiting: ['sms'] })
    },
  },
  {
    title: 'T08 one address block is refused after its failures of an hour, for guesses and sends, and no other block is',
    waits: true,
    async run({ send, store, clock }) {
      const origin = newOrigin()
      const limits: Limits = { ...FREE, blockFailuresPerHour: 6 }
      await (await send({ limits })).fail(3, { origin })
      clock.advance(60)
      const challenge = await send({ limits })
      await challenge.fail(3, { origin })
      const refused = { outcome: 'limited', limit: 'block_failures', retryAfterMs: 3_540_000 }
      assert.deepEqual(await challenge.verify(RIGHT, { origin }), refused)
      assert.deepEqual(await store.issue(issueRequest({ origin, limits })), refused)
      assert.equal((await challenge.fail(1, { origin: newOrigin() })).outcome, 'wrong')
      clock.advance(3540)
      assert.equal((await (await send({ limits, origin })).verify(RIGHT, { origin })).outcome, 'verified')
    },
  },
  {
    title: 'T10 while paused or exhausted the right and a wrong code get the same answer, and the right one is not consumed',
    waits: true,
    async run({ send, clock }) {
      const challenge = await send({ maxAttempts: 20, limits: FREE })
      await challenge.fail(10)
      assert.deepEqual(await challenge.verify(RIGHT), await challenge.verify(WRONG))
      clock.advance(30)
      assert.equal((await challenge.verify(RIGHT)).outcome, 'verified')
      const exhausted = await send({ limits: FREE })
      await exhausted.fail(5)
      assert.deepEqual(await exhausted.verify(RIGHT), await exhausted.verify(WRONG))
    },
  },
]
