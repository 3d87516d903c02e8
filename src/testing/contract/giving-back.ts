import assert from 'node:assert/strict'
import { DEFAULT_LIMITS } from '../../core/law/default-limits.js'
import type { Limits } from '../../ports/store.js'
import { type Case, FREE, guess, issueRequest, newAnswer, newKey, newOrigin, RIGHT, range, tally } from './bench.js'

/** Places come back for a code that was used and for a message that never went out, and for nothing else. */
export const GIVING_BACK: readonly Case[] = [
  {
    title: 'T29 a verified code gives its place back, to the recipient and to the address block',
    async run({ send, store }) {
      const [recipients, origin] = [[newKey()], newOrigin()]
      const limits: Limits = { ...DEFAULT_LIMITS, blockSendsPerHour: 1 }
      const asked = { recipients, origin, limits }
      assert.equal((await (await send(asked)).verify(RIGHT, { origin })).outcome, 'verified')
      assert.equal((await (await send(asked)).verify(RIGHT, { origin })).outcome, 'verified')
      await send(asked)
      assert.deepEqual(tally([await store.issue(issueRequest(asked))]), { cooldown: 1 })
      assert.deepEqual(tally([await store.issue(issueRequest({ origin, limits }))]), { block_sends: 1 })
    },
  },
  {
    title: 'T29 sends whose codes were used have a limit of their own, for any 86 400 s',
    waits: true,
    async run({ send, store, clock }) {
      for (const recipients of [[newKey()], [newKey(), newKey()]]) {
        const answers = recipients.map((_, recipient) => newAnswer(RIGHT, { recipient, channel: recipient === 0 ? 'sms' : 'call' }))
        const limits: Limits = { ...DEFAULT_LIMITS, recipientSendsPerDayInAll: 6 }
        const asked = { recipients, answers, mode: 'all' as const, limits }
        for (const _ of range(6)) {
          const decision = await (await send(asked)).verify(answers.map(({ channel }) => guess(RIGHT, channel)))
          assert.equal(decision.outcome === 'verified' && decision.complete, true)
        }
        const refused = { outcome: 'limited', limit: 'recipient_day_in_all', retryAfterMs: 86_400_000 }
        assert.deepEqual(await store.issue(issueRequest(asked)), refused)
        // Each of them for itself.
        for (const recipient of recipients) assert.deepEqual(await store.issue(issueRequest({ recipients: [recipient], limits })), refused)
        clock.advance(86_400)
        assert.equal((await send(asked)).issued.outcome, 'issued')
      }
    },
  },
  {
    title: 'T29 a verified code gives the address block back what its own challenge took, not what others did for the recipient',
    async run({ send, store }) {
      const [recipients, origin] = [[newKey()], newOrigin()]
      const asked = { recipients, origin, limits: { ...FREE, blockSendsPerHour: 2 } }
      await send(asked)
      assert.equal((await (await send(asked)).verify(RIGHT, { origin })).outcome, 'verified')
      await send(asked)
      assert.deepEqual(tally([await store.issue(issueRequest(asked))]), { block_sends: 1 })
    },
  },
  {
    title: 'T35 a withdrawal kills the challenge and gives the recipient its place back, the address block not',
    async run({ send, store }) {
      const [recipients, origin] = [[newKey()], newOrigin()]
      const limits: Limits = { ...DEFAULT_LIMITS, blockSendsPerHour: 2 }
      const challenge = await send({ recipients, origin, limits })
      await store.withdraw({ id: challenge.id, issued: challenge.issued, giveBack: true })
      assert.deepEqual(await challenge.verify(RIGHT), { outcome: 'gone' })
      await send({ recipients, origin, limits })
      assert.deepEqual(tally([await store.issue(issueRequest({ origin, limits }))]), { block_sends: 1 })
    },
  },
  {
    title: 'T35 a late withdrawal leaves a challenge that was renewed since, and gives one place back, once',
    waits: true,
    async run({ send, store, clock, another }) {
      const limits: Limits = { ...FREE, recipientSendsPerHour: 2 }
      for (const recipients of [[newKey()], [newKey(), newKey()]]) {
        const challenge = await send({ recipients, limits })
        clock.advance(1)
        assert.deepEqual(tally([await challenge.renew('111111')]), { issued: 1 })
        for (const view of [store, another]) await view.withdraw({ id: challenge.id, issued: challenge.issued, giveBack: true })
        assert.deepEqual(tally([await challenge.renew('222222')]), { issued: 1 })
        assert.deepEqual(tally([await challenge.renew('333333')]), { recipient_hour: 1 })
        assert.equal((await challenge.verify('222222')).outcome, 'verified')
      }
    },
  },
  {
    title: 'T35 a withdrawal that gives nothing back, and a cancellation, kill the challenge and keep what was counted',
    async run({ send, store, another }) {
      const [withdrawn, cancelled] = [newKey(), newKey()]
      const first = await send({ recipients: [withdrawn] })
      const second = await send({ recipients: [cancelled] })
      await store.withdraw({ id: first.id, issued: first.issued, giveBack: false })
      await another.cancel({ id: second.id })
      for (const challenge of [first, second]) assert.deepEqual(await challenge.verify(RIGHT), { outcome: 'gone' })
      for (const recipient of [withdrawn, cancelled]) {
        assert.deepEqual(tally([await store.issue(issueRequest({ recipients: [recipient] }))]), { cooldown: 1 })
      }
    },
  },
]
