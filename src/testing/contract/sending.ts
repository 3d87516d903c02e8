import assert from 'node:assert/strict'
import { DEFAULT_LIMITS } from '../../core/law/default-limits.js'
import type { Limits } from '../../ports/store.js'
import { type Case, FREE, issueRequest, newAnswer, newKey, newOrigin, RIGHT, range, tally } from './bench.js'

/** Sends are limited by recipient and by address block, and a place is reserved before anything goes out. */
export const SENDING: readonly Case[] = [
  {
    title: 'T11 at most 3 challenges of one recipient and intent are pending, and a fourth evicts none',
    async run({ send, another }) {
      const recipients = [newKey()]
      const pending = [
        await send({ recipients, limits: FREE }),
        await send({ recipients, limits: FREE }),
        await send({ recipients, limits: FREE }),
      ]
      const refused = await another.issue(issueRequest({ recipients, limits: FREE }))
      assert.deepEqual(tally([refused]), { pending: 1 })
      assert.equal((await send({ recipients, limits: FREE, intent: 'transfer' })).issued.outcome, 'issued')
      for (const challenge of pending) assert.equal((await challenge.verify(RIGHT)).outcome, 'verified')
      assert.equal((await send({ recipients, limits: FREE })).issued.outcome, 'issued')
    },
  },
  {
    title: 'T24 an id that is used again names the new challenge alone, whatever became of the one before, and its grant is gone',
    async run({ send, store, another }) {
      const limits: Limits = { ...FREE, pendingPerRecipient: 1 }
      const live = await send({ code: '111111', limits })
      const used = await send({ code: '111111', limits })
      assert.equal((await used.verify('111111', { grantSeconds: 300 })).outcome, 'verified')
      const exhausted = await send({ code: '111111', limits })
      await exhausted.fail(5)
      for (const before of [live, used, exhausted]) {
        assert.equal((await another.issue(issueRequest({ id: before.id, limits }))).outcome, 'issued')
        assert.deepEqual(await before.redeem(), { outcome: 'gone' })
        const found = await before.find()
        assert.equal(found.outcome === 'found' && found.attemptsLeft, 5)
        assert.equal((await before.verify('111111')).outcome, 'wrong')
        assert.equal((await before.verify(RIGHT)).outcome, 'verified')
        assert.deepEqual(await before.verify('111111'), { outcome: 'gone' })
      }
      const second = issueRequest({ recipients: [live.id.slice(0, -22)], limits })
      assert.equal((await store.issue(second)).outcome, 'issued')
      assert.deepEqual(tally([await store.issue({ ...second, id: live.id })]), { pending: 1 })
    },
  },
  {
    title: 'T24 an id that is used again too early changes nothing',
    async run({ send, store, race }) {
      const challenge = await send()
      assert.deepEqual(tally([await store.issue(issueRequest({ id: challenge.id, code: '111111' }))]), { cooldown: 1 })
      assert.equal((await challenge.verify(RIGHT, { grantSeconds: 300 })).outcome, 'verified')
      const decisions = await race(50, (view) => view.issue(issueRequest({ id: challenge.id, code: '111111' })))
      assert.deepEqual(tally(decisions), { issued: 1, cooldown: 49 })
      assert.deepEqual(await challenge.redeem(), { outcome: 'gone' })
      assert.equal((await challenge.verify('111111')).outcome, 'verified')
    },
  },
  {
    title: 'T27 a recipient waits 30 s, 60 s, then 120 s between sends, whatever the channel, intent or address',
    waits: true,
    async run({ send, store, clock }) {
      const recipients = [newKey()]
      const asked = { recipients, limits: { ...DEFAULT_LIMITS, pendingPerRecipient: 9 } }
      for (const seconds of [30, 60, 120, 120]) {
        const challenge = await send({ ...asked, origin: newOrigin() })
        const refused = { outcome: 'limited', limit: 'cooldown', retryAfterMs: seconds * 1000 }
        assert.deepEqual(await challenge.renew('111111'), refused)
        assert.deepEqual(await store.issue(issueRequest({ ...asked, channel: 'call', intent: 'transfer', origin: newOrigin() })), refused)
        clock.advance(seconds)
      }
    },
  },
  {
    title: 'T52 what a challenge is told of the next send comes from its own sends, though the cooldown counts them all',
    waits: true,
    async run({ send, clock }) {
      for (const recipients of [[newKey()], [newKey(), newKey()]]) {
        const limits: Limits = { ...DEFAULT_LIMITS, pendingPerRecipient: 9 }
        const first = await send({ recipients, limits })
        assert.equal(first.issued.resendAt, clock.now() + 30_000)
        clock.advance(30)
        const second = await send({ recipients: [...recipients].reverse(), limits })
        assert.equal(second.issued.resendAt, clock.now() + 30_000)
        for (const [challenge, seconds] of [
          [first, 0],
          [second, 30],
        ] as const) {
          const found = await challenge.find()
          assert.equal(found.outcome === 'found' && found.resendAt, clock.now() + seconds * 1000)
        }
        assert.deepEqual(await first.renew('111111'), { outcome: 'limited', limit: 'cooldown', retryAfterMs: 60_000 })
        clock.advance(60)
        const renewed = await first.renew('111111')
        assert.equal(renewed.outcome === 'issued' && renewed.resendAt, clock.now() + 60_000)
        clock.advance(3600)
      }
    },
  },
  {
    title: 'T27 a recipient gets 5 sends an hour and 10 a day, renewals counted',
    waits: true,
    async run({ send, store, clock }) {
      const recipients = [newKey()]
      const limits: Limits = { ...DEFAULT_LIMITS, cooldownSeconds: [0] }
      const hourly = { outcome: 'limited', limit: 'recipient_hour', retryAfterMs: 3_600_000 }
      for (const _ of range(2)) {
        const challenge = await send({ recipients, limits })
        for (const renewal of range(4)) assert.equal((await challenge.renew(`10000${renewal}`)).outcome, 'issued')
        assert.deepEqual(await challenge.renew('111111'), hourly)
        clock.advance(3600)
      }
      const refused = await store.issue(issueRequest({ recipients, limits }))
      assert.deepEqual(refused, { outcome: 'limited', limit: 'recipient_day', retryAfterMs: 79_200_000 })
      clock.advance(79_200)
      assert.equal((await send({ recipients, limits })).issued.outcome, 'issued')
    },
  },
  {
    title: 'T28 of 50 sends to one recipient at the same instant one is issued',
    async run({ race }) {
      const recipients = [newKey()]
      const decisions = await race(50, (store) => store.issue(issueRequest({ recipients })))
      assert.deepEqual(tally(decisions), { issued: 1, cooldown: 49 })
    },
  },
  {
    title: 'T28 of 50 renewals at the same instant one is issued',
    waits: true,
    async run({ send, race, clock }) {
      const challenge = await send()
      clock.advance(30)
      const decisions = await race(50, (store) => challenge.renew('111111', {}, store))
      assert.deepEqual(tally(decisions), { issued: 1, cooldown: 49 })
    },
  },
  {
    title: 'T28 of 60 sends from one address block at the same instant its limit is issued',
    async run({ race }) {
      const origin = newOrigin()
      const limits: Limits = { ...FREE, blockSendsPerHour: 7, blockRecipientsPerHour: 100 }
      const decisions = await race(60, (store) => store.issue(issueRequest({ origin, limits })))
      assert.deepEqual(tally(decisions), { issued: 7, block_sends: 53 })
    },
  },
  {
    title: 'T08 a challenge to several recipients needs that many places of the address block, or gets none',
    async run({ send, store }) {
      const [origin, limits] = [newOrigin(), { ...FREE, blockSendsPerHour: 4 }]
      const asked = { origin, limits }
      await send({ ...asked, recipients: [newKey(), newKey(), newKey()] })
      const two = issueRequest({ ...asked, recipients: [newKey(), newKey()] })
      assert.deepEqual(tally([await store.issue(two)]), { block_sends: 1 })
      await send(asked)
      assert.deepEqual(tally([await store.issue(issueRequest(asked))]), { block_sends: 1 })
    },
  },
  {
    title: 'T30 one address block uses at most 3 of the hourly sends to a recipient',
    async run({ send, store }) {
      const [recipients, origin] = [[newKey()], newOrigin()]
      const limits: Limits = { ...DEFAULT_LIMITS, cooldownSeconds: [0], pendingPerRecipient: 9 }
      for (const _ of range(3)) await send({ recipients, origin, limits })
      assert.deepEqual(tally([await store.issue(issueRequest({ recipients, origin, limits }))]), { recipient_block: 1 })
      assert.equal((await send({ recipients, origin: newOrigin(), limits })).issued.outcome, 'issued')
      assert.equal((await send({ recipients, limits })).issued.outcome, 'issued')
      assert.deepEqual(tally([await store.issue(issueRequest({ recipients, limits }))]), { recipient_hour: 1 })
    },
  },
  {
    title: 'T08 one address block reaches 20 sends, 10 recipients and 3 calling codes an hour',
    waits: true,
    async run({ send, store, clock }) {
      const limits: Limits = { ...DEFAULT_LIMITS, cooldownSeconds: [0], recipientSendsPerHourFromOneBlock: 9 }
      const [few, many, countries] = [newOrigin(), newOrigin(), newOrigin()]
      const recipients = range(5).map(() => [newKey()])
      for (const one of recipients) {
        const challenge = await send({ recipients: one, origin: few, limits })
        for (const renewal of range(3)) assert.equal((await challenge.renew(`10000${renewal}`)).outcome, 'issued')
      }
      const again = issueRequest({ recipients: recipients[0] ?? [], origin: few, limits })
      assert.deepEqual(await store.issue(again), { outcome: 'limited', limit: 'block_sends', retryAfterMs: 3_600_000 })
      for (const _ of range(10)) await send({ origin: many, limits })
      const eleventh = issueRequest({ origin: many, limits })
      assert.deepEqual(await store.issue(eleventh), { outcome: 'limited', limit: 'block_recipients', retryAfterMs: 3_600_000 })
      for (const callingCode of ['1', '44', '49', ''])
        await send({ origin: countries, limits, answers: [newAnswer(RIGHT, { callingCode })] })
      const fourth = issueRequest({ origin: countries, limits, answers: [newAnswer(RIGHT, { callingCode: '33' })] })
      assert.deepEqual(await store.issue(fourth), { outcome: 'limited', limit: 'block_calling_codes', retryAfterMs: 3_600_000 })
      await send({ origin: countries, limits })
      clock.advance(3600)
      for (const request of [again, eleventh, fourth]) assert.equal((await store.issue(request)).outcome, 'issued')
    },
  },
]
