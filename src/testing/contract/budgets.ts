import assert from 'node:assert/strict'
import type { IssueDecision, Limits } from '../../ports/store.js'
import { type Asked, type Case, FREE, issueRequest, newAnswer, newKey, RIGHT, range, tally, WRONG } from './bench.js'

/** Failures of a day are counted apart from those in a row. */
const LIMITS: Limits = { ...FREE, failuresBeforePause: 1000, recipientFailuresPerDay: 4 }

/** Challenges whose code goes to one recipient, which holds the challenge or is a further one of it. */
function ways(recipient: string, limits: Limits): readonly Asked[] {
  const other = newKey()
  return [
    { recipients: [recipient], limits },
    { recipients: [other, recipient], answers: [newAnswer(RIGHT, { recipient: 1 })], limits },
  ]
}

/** A recipient has so many failures in any day, whatever becomes of them. */
export const BUDGETS: readonly Case[] = [
  {
    title: 'T07 failures of any 86 400 s are a budget that no success gives back, for guesses and sends, until the oldest leaves',
    waits: true,
    async run({ send, store, clock }) {
      for (const way of [0, 1]) {
        const recipient = newKey()
        const asked = (): Asked => ways(recipient, LIMITS)[way] ?? {}
        await (await send(asked())).fail(2)
        assert.equal((await (await send(asked())).verify(RIGHT)).outcome, 'verified')
        clock.advance(3600)
        const challenge = await send({ ...asked(), ttlSeconds: 600 })
        await challenge.fail(2)
        const refused = { outcome: 'limited', limit: 'recipient_failures_day', retryAfterMs: 82_800_000 }
        assert.deepEqual(await challenge.verify(RIGHT), refused)
        assert.deepEqual(await challenge.verify(WRONG), refused)
        assert.deepEqual(await challenge.renew('111111'), refused)
        assert.deepEqual(await store.issue(issueRequest({ ...asked(), intent: 'transfer' })), refused)
        clock.advance(82_799.999)
        assert.deepEqual(await store.issue(issueRequest(asked())), { ...refused, retryAfterMs: 1 })
        clock.advance(0.001)
        const next = await send(asked())
        assert.equal((await next.fail(2)).outcome, 'wrong')
        assert.deepEqual(await next.verify(RIGHT), { ...refused, retryAfterMs: 3_600_000 })
      }
    },
  },
  {
    title: 'T07 of 60 guesses at the same instant no more are compared than a day has failures left',
    async run({ send, race }) {
      for (const way of [0, 1]) {
        const recipient = newKey()
        const limits = { ...LIMITS, recipientFailuresPerDay: 7 }
        const challenges = await Promise.all(range(3).map(() => send({ ...ways(recipient, limits)[way], maxAttempts: 10 })))
        const decisions = await race(60, async (store, index) => {
          const challenge = challenges[index % 3]
          assert.ok(challenge)
          return await challenge.verify(WRONG, {}, store)
        })
        const { wrong = 0, recipient_failures_day = 0 } = tally(decisions)
        assert.equal(wrong + recipient_failures_day, 60)
        // Over several servers a charge that is not settled yet may refuse one that would have had its place, never the other way round.
        assert.ok(way === 0 ? wrong === 7 : wrong > 0 && wrong <= 7, `${wrong} were compared`)
      }
    },
  },
  {
    title: 'T07 T09 a release gives the budget of a day back',
    async run({ send, store }) {
      const recipient = newKey()
      const challenge = await send({ recipients: [recipient], limits: LIMITS })
      await challenge.fail(4)
      assert.deepEqual(tally([await challenge.verify(RIGHT)]), { recipient_failures_day: 1 })
      await store.release({ recipient })
      assert.equal((await challenge.verify(RIGHT)).outcome, 'verified')
      await (await send({ recipients: [recipient], limits: LIMITS })).fail(4)
    },
  },
  {
    title: 'T09 T30 a release frees the places of sends, save in the limit of all sends of a day',
    async run({ store }) {
      for (const isKnownDevice of [false, true]) {
        const recipient = newKey()
        const limits = {
          ...FREE,
          pendingPerRecipient: 9,
          recipientSendsPerHour: 2,
          knownDeviceSendsPerHour: 2,
          recipientSendsPerDayInAll: 5,
        }
        const once = (): Promise<IssueDecision> => store.issue(issueRequest({ recipients: [recipient], limits, isKnownDevice }))
        // A known device has the share of the others too, after its own.
        const most = isKnownDevice ? 4 : 2
        for (let count = 0; count < most; count++) assert.deepEqual(tally([await once()]), { issued: 1 })
        assert.deepEqual(tally([await once()]), { recipient_hour: 1 })
        await store.release({ recipient })
        for (let count = most; count < Math.min(5, most + 2); count++) assert.deepEqual(tally([await once()]), { issued: 1 })
        const end = isKnownDevice ? { recipient_day_in_all: 1 } : { recipient_hour: 1 }
        assert.deepEqual(tally([await once()]), end)
      }
    },
  },
  {
    title: 'T12 a challenge whose codes are easy to guess may have a smaller budget of a day, renewed or not, and rules no other',
    waits: true,
    async run({ send, clock }) {
      for (const way of [0, 1]) {
        const recipient = newKey()
        const asked: Asked = ways(recipient, LIMITS)[way] ?? {}
        const weak = await send({ ...asked, failuresPerDay: 2, ttlSeconds: 90_000 })
        const strong = await send({ ...asked, intent: 'transfer' })
        await strong.fail(2)
        const refused = { outcome: 'limited', limit: 'recipient_failures_day', retryAfterMs: 86_400_000 }
        assert.deepEqual(await weak.verify(RIGHT), refused)
        const renewed = await weak.renew('111111', {
          resend: 'keep',
          failuresPerDay: undefined,
          answers: asked.answers ?? [newAnswer(RIGHT)],
        })
        assert.equal(renewed.outcome, 'issued')
        assert.deepEqual(await weak.verify(RIGHT), refused)
        assert.equal((await strong.fail(1)).outcome, 'wrong')
        assert.equal((await strong.verify(RIGHT)).outcome, 'verified')
        clock.advance(86_400)
        assert.equal((await weak.verify(RIGHT)).outcome, 'verified')
      }
    },
  },
]
