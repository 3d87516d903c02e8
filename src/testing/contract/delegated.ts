import assert from 'node:assert/strict'
import type { ConfirmRequest, Store, VerifyDecision } from '../../ports/store.js'
import {
  type Asked,
  type Bench,
  type Case,
  digest,
  FREE,
  guess,
  issueRequest,
  newAnswer,
  newKey,
  newOrigin,
  type Pending,
  RIGHT,
  tally,
  WRONG,
} from './bench.js'

const GONE = { outcome: 'gone' }
const ASKING = { delegates: true }
const SMS = { channel: 'sms', sealed: 'sealed-sms' } as const
const MAIL = { channel: 'email', sealed: 'sealed-email' } as const

/** A code that a vendor keeps, for the first recipient of a challenge or for a further one. */
function ways(): readonly [Asked, Asked] {
  const answer = newAnswer('', { digest: '' })
  const limits = { ...FREE, failuresBeforePause: 1000 }
  return [
    { recipients: [newKey()], answers: [answer], limits },
    { recipients: [newKey(), newKey()], answers: [{ ...answer, recipient: 1 }], limits },
  ]
}

function confirm(
  { store }: Pick<Bench, 'store'>,
  { id }: Pending,
  fields: Partial<ConfirmRequest> = {},
  view: Store = store,
): Promise<VerifyDecision> {
  const bound = { id, intent: 'login', user: '', context: '', origin: '', limits: FREE }
  return view.confirm({ ...bound, ...SMS, grantSeconds: 0, takeBack: true, ...fields })
}

/** Codes that a vendor made and compares: a guess is charged first, and made right when the vendor says so. */
export const DELEGATED: readonly Case[] = [
  {
    title:
      'T36 a code that a vendor keeps is never right by comparison; the guess is charged, and whom to ask is told to who wants to know',
    async run({ send }) {
      for (const asked of ways()) {
        const challenge = await send(asked)
        const wrong = (attemptsLeft: number) => ({ outcome: 'wrong', attemptsLeft, failures: 5 - attemptsLeft, waiting: ['sms'] })
        assert.deepEqual(await challenge.verify({ sms: [''] }, ASKING), { ...wrong(4), delegated: [SMS] })
        assert.deepEqual(await challenge.verify(RIGHT, ASKING), { ...wrong(3), delegated: [SMS] })
        assert.deepEqual(await challenge.verify({ sms: [] }), wrong(2))
        assert.deepEqual(await challenge.verify(RIGHT, { delegates: false }), wrong(1))
        assert.deepEqual(await challenge.verify(RIGHT, ASKING), { outcome: 'exhausted', failures: 5, delegated: [SMS] })
        assert.deepEqual(await challenge.verify(RIGHT, ASKING), { outcome: 'exhausted' })
      }
    },
  },
  {
    title:
      'T15 T25 no vendor is asked about a guess for another context or a code that is too old, nor about a code that was compared here',
    waits: true,
    async run({ send, clock }) {
      const answers = [newAnswer(RIGHT), newAnswer('', { channel: 'email', digest: '', isAging: true })]
      const challenge = await send({ answers, limits: FREE })
      const first = await challenge.verify([guess(WRONG), guess(WRONG, 'email')], ASKING)
      assert.deepEqual(first.outcome === 'wrong' && first.delegated, [MAIL])
      assert.deepEqual(await challenge.verify(WRONG, ASKING), { outcome: 'wrong', attemptsLeft: 3, failures: 3, waiting: ['sms', 'email'] })
      clock.advance(60)
      const tooOld = await challenge.verify(guess(WRONG, 'email'), { ...ASKING, maxAgeSeconds: 60 })
      assert.deepEqual(tooOld, { outcome: 'wrong', attemptsLeft: 2, failures: 4, waiting: ['sms', 'email'] })
      const misbound = await challenge.verify(guess(WRONG, 'email'), { ...ASKING, context: 'payee-b' })
      assert.deepEqual(misbound, { outcome: 'wrong', attemptsLeft: 0, failures: 5, waiting: ['sms', 'email'] })
    },
  },
  {
    title: 'T22 of 300 confirmations at the same instant exactly one is verified, and its grant is spent once',
    async run({ send, store, race }) {
      for (const asked of ways()) {
        const challenge = await send(asked)
        await challenge.verify(WRONG, ASKING)
        const decisions = await race(300, (view) => confirm({ store }, challenge, { grantSeconds: 300 }, view))
        assert.deepEqual(tally(decisions), { verified: 1, gone: 299 })
        assert.deepEqual(await challenge.verify(WRONG, ASKING), GONE)
        const redeemed = await challenge.redeem()
        assert.deepEqual(redeemed.outcome === 'redeemed' && redeemed.proved, [SMS])
        assert.deepEqual(await challenge.redeem(), GONE)
      }
    },
  },
  {
    title:
      'T02 of 100 guesses at the same instant vendors are asked about no more than the limit, and a confirmation revives none of the others',
    async run({ send, store, race }) {
      for (const asked of ways()) {
        const challenge = await send(asked)
        const decisions = await race(100, (view) => challenge.verify(WRONG, ASKING, view))
        assert.equal(decisions.filter((decision) => 'delegated' in decision).length, 5)
        const [decision, late] = [await confirm({ store }, challenge), await challenge.verify(RIGHT, ASKING)]
        assert.deepEqual([decision.outcome, late], ['verified', GONE])
      }
    },
  },
  {
    title: 'T07 a confirmation takes back what its guess cost, the last attempt too: attempt, rows, budget of the day and address block',
    async run({ send, store, failuresOf }) {
      for (const [asked, device] of [
        ...ways().map((way) => [way, {}] as const),
        ...ways().map((way) => [way, { isKnownDevice: true }] as const),
      ]) {
        const [origin, recipient] = [newOrigin(), asked.recipients?.at(-1) ?? '']
        const limits = { ...FREE, failuresBeforePause: 3, failuresBeforeDisabled: 3, recipientFailuresPerDay: 3, blockFailuresPerHour: 3 }
        const challenge = await send({ ...asked, origin, limits, maxAttempts: 3 })
        const last = await challenge.fail(3, { origin, ...ASKING, ...device })
        assert.deepEqual(last, { outcome: 'exhausted', failures: 3, delegated: [SMS] })
        const { outcome, ...rest } = await confirm({ store }, challenge, { origin, ...device })
        assert.equal(outcome, 'verified')
        const proved = { complete: true, proved: [SMS], waiting: [], attemptsLeft: 1, grantExpiresAt: 0 }
        assert.deepEqual({ ...rest, now: 0 }, { now: 0, ...proved })
        // Two of three failures are left to the day and to the block, unless the device was known: those were never theirs.
        const patient = { ...limits, failuresBeforePause: 99, failuresBeforeDisabled: 99 }
        const next = await send({ recipients: [recipient], origin, limits: patient })
        const left = 'isKnownDevice' in device ? 3 : 1
        const told = await next.fail(left, { origin })
        assert.equal(told.outcome === 'wrong' && told.failures, left)
        assert.deepEqual(tally([await next.verify(RIGHT, { origin })]), { recipient_failures_day: 1 })
        await store.release({ recipient })
        assert.deepEqual(tally([await next.verify(RIGHT, { origin })]), { block_failures: 1 })
        assert.equal(await failuresOf(recipient), 0)
      }
    },
  },
  {
    title: 'T68 with `all` a confirmation proves its own channel, and gives the attempt back only where nothing is left wrong',
    async run({ send, store, failuresOf }) {
      const recipients = [newKey(), newKey()]
      const answers = [newAnswer('', { digest: '' }), newAnswer('', { digest: '', channel: 'email', recipient: 1 })]
      const challenge = await send({ recipients, answers, mode: 'all', limits: FREE })
      const both = await challenge.verify([guess(WRONG), guess(WRONG, 'email')], ASKING)
      assert.deepEqual(both.outcome === 'wrong' && both.delegated, [SMS, MAIL])
      const half = await confirm({ store }, challenge, { takeBack: false, grantSeconds: 300 })
      assert.equal(half.outcome, 'verified')
      assert.deepEqual(
        { ...half, now: 0 },
        { outcome: 'verified', now: 0, complete: false, proved: [SMS], waiting: ['email'], attemptsLeft: 4, grantExpiresAt: 0 },
      )
      assert.deepEqual(await confirm({ store }, challenge), GONE)
      assert.deepEqual(await challenge.redeem(), GONE)
      const whole = await confirm({ store }, challenge, { ...MAIL, grantSeconds: 300 })
      assert.deepEqual(whole.outcome === 'verified' && [whole.complete, whole.attemptsLeft, whole.proved], [true, 5, [SMS, MAIL]])
      for (const recipient of recipients) assert.equal(await failuresOf(recipient), 0)
    },
  },
  {
    title:
      'T14 T15 T17 T24 nothing is confirmed for another intent, user, context, address or renewal, nor after it was revoked or its end',
    waits: true,
    async run({ send, store, clock }) {
      const [asked] = ways()
      const challenge = await send(asked)
      await challenge.verify(WRONG, ASKING)
      for (const fields of [{ intent: 'transfer' }, { user: 'bob' }, { context: 'payee-b' }, MAIL, { sealed: 'another' }]) {
        assert.deepEqual(await confirm({ store }, challenge, fields), GONE)
      }
      const plain = await send()
      await plain.verify(WRONG, ASKING)
      assert.deepEqual(await confirm({ store }, plain), GONE)
      const renewed = await challenge.renew('', { answers: [newAnswer('', { digest: '', sealed: 'renewed' })] })
      assert.equal(renewed.outcome, 'issued')
      assert.deepEqual(await confirm({ store }, challenge), GONE)
      const revoked = await send(asked)
      await revoked.verify(WRONG, ASKING)
      await revoked.verify(WRONG, { ...ASKING, context: 'payee-b' })
      assert.deepEqual(await confirm({ store }, revoked), GONE)
      const found = await revoked.find()
      assert.equal(found.outcome === 'found' && found.attemptsLeft, 0)
      const late = await send(asked)
      await late.verify(WRONG, ASKING)
      clock.advance(299.999)
      await store.cancel({ id: revoked.id })
      assert.equal((await confirm({ store }, challenge, { sealed: 'renewed' })).outcome, 'verified')
      clock.advance(0.001)
      assert.deepEqual(await confirm({ store }, late), { outcome: 'expired' })
    },
  },
  {
    title: 'what a vendor gave is kept with the newest code of its channel and end, while that code is waited for',
    waits: true,
    async run({ send, store, another, clock }) {
      for (const asked of ways()) {
        const challenge = await send(asked)
        const { id, issued } = challenge
        const ticket = { id, channel: 'sms', expiresAt: issued.expiresAt, sealed: 'with-ticket' } as const
        for (const fields of [{ channel: 'email' }, { expiresAt: issued.expiresAt + 1 }, { id: issueRequest(asked).id }] as const) {
          assert.equal(await store.attach({ ...ticket, ...fields }), false)
        }
        assert.equal(await another.attach(ticket), true)
        const told = await challenge.verify(WRONG, ASKING)
        assert.deepEqual(told.outcome === 'wrong' && told.delegated, [{ ...SMS, sealed: 'with-ticket' }])
        assert.deepEqual(await confirm({ store }, challenge), GONE)
        const found = await challenge.find()
        assert.equal(found.outcome === 'found' && found.answers[0]?.sealed, 'with-ticket')
        assert.equal((await confirm({ store }, challenge, { sealed: 'with-ticket' })).outcome, 'verified')
        assert.equal(await store.attach(ticket), false)
        const own = await send({ limits: FREE })
        assert.equal(await store.attach({ ...ticket, id: own.id, expiresAt: own.issued.expiresAt }), false)
        const late = await send(asked)
        clock.advance(300)
        assert.equal(await store.attach({ ...ticket, id: late.id, expiresAt: late.issued.expiresAt }), false)
      }
    },
  },
  {
    title: 'T31 a code is right from when its digest is known, and a digest that is known is never changed',
    async run({ send, another }) {
      for (const asked of ways()) {
        const challenge = await send(asked)
        assert.equal((await challenge.verify(RIGHT)).outcome, 'wrong')
        const learned = { id: challenge.id, channel: 'sms', expiresAt: challenge.issued.expiresAt, sealed: 'with-digest' } as const
        assert.equal(await another.attach({ ...learned, digest: digest(RIGHT) }), true)
        assert.equal(await another.attach({ ...learned, digest: digest(WRONG) }), false)
        const wrong = await challenge.verify(WRONG, ASKING)
        assert.deepEqual(wrong, { outcome: 'wrong', attemptsLeft: 3, failures: 2, waiting: ['sms'] })
        const right = await challenge.verify(RIGHT)
        assert.deepEqual(right.outcome === 'verified' && right.proved, [{ ...SMS, sealed: 'with-digest' }])
      }
    },
  },
]
