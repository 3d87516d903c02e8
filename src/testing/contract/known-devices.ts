import assert from 'node:assert/strict'
import { DEFAULT_LIMITS } from '../../core/law/default-limits.js'
import type { Limits } from '../../ports/store.js'
import { type Asked, type Case, FREE, issueRequest, newAnswer, newKey, newOrigin, RIGHT, range, tally, WRONG } from './bench.js'

const KNOWN = { isKnownDevice: true }

/** A code for the first recipient of a challenge, or for a further one. */
function ways(recipient: string): readonly Asked[] {
  return [{ recipients: [recipient] }, { recipients: [newKey(), recipient], answers: [newAnswer(RIGHT, { recipient: 1 })] }]
}

/** A device that has proved a recipient before has shares of its own. */
export const KNOWN_DEVICES: readonly Case[] = [
  {
    title: 'T09 no failure of unknown devices stops a known one, and none of a known one stops them',
    async run({ send, store }) {
      const states: readonly (readonly [string, Partial<Limits>])[] = [
        ['paused', { failuresBeforePause: 3 }],
        ['disabled', { failuresBeforeDisabled: 3, knownDeviceFailuresBeforeDisabled: 3 }],
        ['recipient_failures_day', { recipientFailuresPerDay: 3 }],
        ['block_failures', { blockFailuresPerHour: 3 }],
      ]
      for (const [limit, figures] of states) {
        for (const asked of [ways(newKey())[0], ways(newKey())[1]]) {
          const origin = newOrigin()
          const limits = { ...FREE, ...figures }
          const unknown = await send({ ...asked, limits })
          const known = await send({ ...asked, limits, ...KNOWN })
          await unknown.fail(3, { origin })
          assert.deepEqual(tally([await unknown.verify(RIGHT, { origin })]), { [limit]: 1 })
          assert.deepEqual(tally([await store.issue(issueRequest({ ...asked, limits, origin }))]), { [limit]: 1 })
          assert.deepEqual(tally([await store.issue(issueRequest({ ...asked, limits, origin, ...KNOWN }))]), { issued: 1 })
          assert.deepEqual(tally([await known.fail(1, { origin, ...KNOWN })]), { wrong: 1 })
          assert.equal((await known.verify(RIGHT, { origin, ...KNOWN })).outcome, 'verified')
        }
        for (const asked of [ways(newKey())[0], ways(newKey())[1]]) {
          const origin = newOrigin()
          const limits = { ...FREE, ...figures }
          const unknown = await send({ ...asked, limits })
          const known = await send({ ...asked, limits, ...KNOWN })
          await known.fail(3, { origin, ...KNOWN })
          const own = limit === 'paused' || limit === 'disabled'
          assert.equal((await known.fail(1, { origin, ...KNOWN })).outcome, own ? 'limited' : 'wrong')
          const next = await store.issue(issueRequest({ ...asked, limits, origin, ...KNOWN }))
          assert.deepEqual(tally([next]), { [own ? limit : 'issued']: 1 })
          assert.deepEqual(tally([await unknown.fail(1, { origin })]), { wrong: 1 })
          assert.equal((await unknown.verify(RIGHT, { origin })).outcome, 'verified')
        }
      }
    },
  },
  {
    title: 'T09 both rows of failures are told together, pause from the same number on, and end with a success of either',
    waits: true,
    async run({ send, store, clock }) {
      for (const way of [0, 1]) {
        const recipient = newKey()
        const asked = (): Asked => ({ ...ways(recipient)[way], maxAttempts: 40, limits: FREE })
        for (const device of [KNOWN, {}]) {
          const challenge = await send(asked())
          await challenge.fail(9)
          const nine = await challenge.fail(9, KNOWN)
          assert.equal(nine.outcome === 'wrong' && nine.failures, 18)
          assert.equal((await challenge.verify(RIGHT, device)).outcome, 'verified')
        }
        const challenge = await send({ ...asked(), ttlSeconds: 600 })
        await challenge.fail(9)
        assert.equal((await challenge.fail(10, KNOWN)).outcome, 'wrong')
        for (const seconds of [30, 60]) {
          const paused = { outcome: 'limited', limit: 'paused', retryAfterMs: seconds * 1000 }
          assert.deepEqual(await challenge.verify(RIGHT, KNOWN), paused)
          clock.advance(seconds)
          assert.equal((await challenge.fail(1, KNOWN)).outcome, 'wrong')
        }
        await store.release({ recipient })
        const told = await challenge.fail(1, KNOWN)
        assert.equal(told.outcome === 'wrong' && told.failures, 1)
      }
    },
  },
  {
    title: 'T07 T09 each row is forgotten so long after its own last failure',
    waits: true,
    async run({ send, clock }) {
      const limits: Limits = { ...FREE, failureMemorySeconds: 100 }
      const challenge = await send({ maxAttempts: 10, ttlSeconds: 600, limits })
      await challenge.fail(2, KNOWN)
      clock.advance(60)
      await challenge.fail(1)
      clock.advance(40)
      const told = await challenge.fail(1)
      assert.equal(told.outcome === 'wrong' && told.failures, 2)
    },
  },
  {
    title: 'T02 of 60 guesses of a known device at the same instant its own share is compared',
    async run({ send, race }) {
      const challenge = await send({
        maxAttempts: 40,
        limits: { ...FREE, knownDeviceFailuresBeforeDisabled: 5, failuresBeforePause: 1000 },
      })
      const decisions = await race(60, (store) => challenge.verify(WRONG, KNOWN, store))
      assert.deepEqual(tally(decisions), { wrong: 5, disabled: 55 })
    },
  },
  {
    title: 'T30 a known device has 3 sends an hour on top of the others, which neither count nor hinder them, and then is one of them',
    waits: true,
    async run({ send, store, clock }) {
      for (const recipients of [[newKey()], [newKey(), newKey()]]) {
        const limits: Limits = { ...DEFAULT_LIMITS, pendingPerRecipient: 20, cooldownSeconds: [10, 20], recipientSendsPerHour: 1 }
        const [origin, asked] = [newOrigin(), { recipients, limits }]
        await send({ ...asked, origin })
        const wait = (retryAfterMs: number, limit = 'cooldown') => ({ outcome: 'limited', limit, retryAfterMs })
        for (const seconds of [10, 20, 20]) {
          const challenge = await send({ ...asked, origin, ...KNOWN })
          assert.equal(challenge.issued.resendAt, clock.now() + 10_000)
          const found = await challenge.find()
          assert.equal(found.outcome === 'found' && found.resendAt, clock.now() + 10_000)
          if (seconds === 10) assert.deepEqual(await store.issue(issueRequest({ ...asked, ...KNOWN })), wait(10_000))
          clock.advance(seconds)
        }
        // Its quota is used up: what is left is what unknown devices left.
        assert.deepEqual(await store.issue(issueRequest({ ...asked, ...KNOWN })), wait(3_550_000, 'recipient_hour'))
        clock.advance(3550)
        await send(asked)
        await send({ ...asked, ...KNOWN })
        assert.deepEqual(tally([await store.issue(issueRequest(asked))]), { cooldown: 1 })
      }
    },
  },
  {
    title: 'T30 sends of a known device count for the recipient in all, for the address block and as pending',
    async run({ send, store }) {
      const cases: readonly (readonly [string, Partial<Limits>])[] = [
        ['recipient_day_in_all', { recipientSendsPerDayInAll: 2 }],
        ['block_sends', { blockSendsPerHour: 2 }],
        ['pending', { pendingPerRecipient: 2 }],
      ]
      for (const [limit, figures] of cases) {
        const [origin, recipients] = [newOrigin(), [newKey()]]
        const asked = { recipients, origin, limits: { ...FREE, ...figures } }
        for (const _ of range(2)) await send({ ...asked, ...KNOWN })
        for (const device of [KNOWN, {}])
          assert.deepEqual(tally([await store.issue(issueRequest({ ...asked, ...device }))]), { [limit]: 1 })
      }
    },
  },
  {
    title: 'T30 a code of a known device that was used, or never went out, gives its place back',
    async run({ send, store }) {
      const asked = { recipients: [newKey()], limits: { ...FREE, knownDeviceSendsPerHour: 1, recipientSendsPerHour: 1 }, ...KNOWN }
      await send({ ...asked, isKnownDevice: false })
      assert.equal((await (await send(asked)).verify(RIGHT, KNOWN)).outcome, 'verified')
      const lost = await send(asked)
      await store.withdraw({ id: lost.id, issued: lost.issued, giveBack: true })
      await send(asked)
      assert.deepEqual(tally([await store.issue(issueRequest(asked))]), { recipient_hour: 1 })
    },
  },
  {
    title: 'T28 of 50 sends of a known device at the same instant one is issued',
    async run({ send, race }) {
      const recipients = [newKey()]
      await send({ recipients })
      const decisions = await race(50, (store) => store.issue(issueRequest({ recipients, ...KNOWN })))
      assert.deepEqual(tally(decisions), { issued: 1, cooldown: 49 })
    },
  },
]
