import assert from 'node:assert/strict'
import { type Asked, type Case, digest, FREE, guess, issueRequest, newAnswer, newKey, RIGHT, tally, WRONG } from './bench.js'

const MAIL_CODE = '777777'

function twoChannels(mode: 'any' | 'all', recipients: readonly string[] = [newKey(), newKey()]): Asked {
  const answers = [newAnswer(RIGHT), newAnswer(MAIL_CODE, { channel: 'email', recipient: 1 })]
  return { mode, recipients, answers, limits: FREE }
}

/** One challenge may ask over several channels, each with its own recipient and code. */
export const CHANNELS: readonly Case[] = [
  {
    title: 'T68 with `all` a success waits for every channel, and leaves no grant before',
    async run({ send, another }) {
      const challenge = await send(twoChannels('all'))
      const half = await challenge.verify(guess(RIGHT), { grantSeconds: 300 })
      assert.deepEqual(
        { ...half, now: 0 },
        {
          outcome: 'verified',
          now: 0,
          complete: false,
          proved: [{ channel: 'sms', sealed: 'sealed-sms' }],
          waiting: ['email'],
          attemptsLeft: 5,
          grantExpiresAt: 0,
        },
      )
      assert.deepEqual(await challenge.redeem(), { outcome: 'gone' })
      const whole = await challenge.verify(guess(MAIL_CODE, 'email'), { grantSeconds: 300 }, another)
      assert.equal(whole.outcome === 'verified' && whole.complete, true)
      const redeemed = await challenge.redeem()
      assert.equal(redeemed.outcome, 'redeemed')
      assert.deepEqual(redeemed.proved.map(({ channel }) => channel).sort(), ['email', 'sms'])
    },
  },
  {
    title: 'T21 with `all` a code that was right once is not asked for again',
    async run({ send }) {
      const challenge = await send(twoChannels('all'))
      await challenge.verify(guess(RIGHT))
      assert.deepEqual(await challenge.verify(guess(RIGHT)), { outcome: 'unexpected_channel', channel: 'sms' })
    },
  },
  {
    title: 'T21 with `all` and `keep` the other code of a proved channel is worth nothing',
    async run({ send }) {
      const asked = twoChannels('all')
      const challenge = await send(asked)
      const answers = [newAnswer('111111'), newAnswer('222222', { channel: 'email', recipient: 1 })]
      assert.equal((await challenge.renew('', { answers, resend: 'keep' })).outcome, 'issued')
      assert.equal((await challenge.verify(guess('111111'))).outcome, 'verified')
      assert.deepEqual(await challenge.verify(guess(RIGHT)), { outcome: 'unexpected_channel', channel: 'sms' })
      const whole = await challenge.verify(guess(MAIL_CODE, 'email'))
      assert.deepEqual(whole.outcome === 'verified' && whole.proved.map(({ channel }) => channel).sort(), ['email', 'sms'])
    },
  },
  {
    title: 'T68 with `all` a renewal of one channel does not excuse from the others',
    async run({ send }) {
      const challenge = await send(twoChannels('all'))
      await challenge.fail(1)
      const answers = [newAnswer('222222', { channel: 'email', recipient: 1 })]
      const renewed = await challenge.renew('', { answers })
      // The code of the other channel can still be guessed, so its count goes on.
      assert.equal(renewed.outcome === 'issued' && renewed.attemptsLeft, 4)
      assert.deepEqual(tally([await challenge.verify(guess(MAIL_CODE, 'email'))]), { wrong: 1 })
      const half = await challenge.verify(guess('222222', 'email'))
      assert.deepEqual(half.outcome === 'verified' && [half.complete, half.waiting], [false, ['sms']])
      const whole = await challenge.verify(guess(RIGHT))
      assert.equal(whole.outcome === 'verified' && whole.complete, true)
    },
  },
  {
    title: 'T25 with `all` a part that was proved lives as long as its code, whatever was renewed before or after',
    waits: true,
    async run({ send, clock }) {
      const answers = [newAnswer('222222', { channel: 'email', recipient: 1 })]
      for (const provedFirst of [true, false]) {
        const challenge = await send(twoChannels('all'))
        const { expiresAt } = challenge.issued
        if (provedFirst) await challenge.verify(guess(RIGHT))
        clock.advance(200)
        const renewed = await challenge.renew('', { answers })
        assert.equal(renewed.outcome === 'issued' && renewed.expiresAt, provedFirst ? expiresAt : clock.now() + 300_000)
        if (!provedFirst) await challenge.verify(guess(RIGHT))
        clock.advance(99.999)
        const found = await challenge.find()
        assert.equal(found.outcome === 'found' && found.expiresAt, expiresAt)
        clock.advance(0.001)
        assert.deepEqual(await challenge.verify(guess('222222', 'email')), { outcome: 'expired' })
        assert.deepEqual(await challenge.renew('', { answers }), { outcome: 'gone' })
      }
    },
  },
  {
    title: 'T68 every wrong field is charged to its own recipient, and one submission is one attempt',
    async run({ send, failuresOf }) {
      const [phone, mailbox] = [newKey(), newKey()]
      const challenge = await send(twoChannels('all', [phone, mailbox]))
      const first = await challenge.verify([guess(RIGHT), guess(WRONG, 'email')])
      assert.deepEqual(first, { outcome: 'wrong', attemptsLeft: 4, failures: 1, waiting: ['email'] })
      assert.equal(await failuresOf(phone), 0)
      assert.equal(await failuresOf(mailbox), 1)
      const both = await send(twoChannels('all', [phone, mailbox]))
      assert.equal((await both.verify([guess(WRONG), guess(WRONG, 'email')])).outcome, 'wrong')
      assert.equal(await failuresOf(phone), 2)
      assert.equal(await failuresOf(mailbox), 3)
    },
  },
  {
    title: 'T68 both codes in one submission complete `all`',
    async run({ send }) {
      const challenge = await send(twoChannels('all'))
      const decision = await challenge.verify([guess(RIGHT), guess(MAIL_CODE, 'email')])
      assert.equal(decision.outcome === 'verified' && decision.complete, true)
    },
  },
  {
    title: 'with `any` one code is enough, the other one is gone with it, and only the recipient that was proved is cleared',
    async run({ send, failuresOf }) {
      const [phone, mailbox] = [newKey(), newKey()]
      const challenge = await send(twoChannels('any', [phone, mailbox]))
      const ambiguous = { sms: [digest(WRONG)], email: [digest(WRONG)] }
      assert.deepEqual(await challenge.verify(ambiguous), { outcome: 'wrong', attemptsLeft: 4, failures: 1, waiting: ['sms', 'email'] })
      const decision = await challenge.verify({ sms: [digest(MAIL_CODE)], email: [digest(MAIL_CODE)] })
      assert.deepEqual(decision.outcome === 'verified' && decision.proved, [{ channel: 'email', sealed: 'sealed-email' }])
      assert.deepEqual(await challenge.verify(guess(RIGHT)), { outcome: 'gone' })
      assert.equal(await failuresOf(phone), 1)
      assert.equal(await failuresOf(mailbox), 0)
    },
  },
  {
    title: 'a code for a channel that the challenge does not wait for charges nothing',
    async run({ send }) {
      const challenge = await send()
      assert.deepEqual(await challenge.verify(guess(RIGHT, 'whatsapp')), { outcome: 'unexpected_channel', channel: 'whatsapp' })
      const decision = await challenge.verify(RIGHT)
      assert.equal(decision.outcome === 'verified' && decision.attemptsLeft, 5)
    },
  },
  {
    title: 'T27 a challenge to two recipients takes a place from each, or from none',
    async run({ send, store }) {
      const [phone, mailbox] = [newKey(), newKey()]
      const asked = { ...twoChannels('any', [phone, mailbox]), limits: { ...FREE, cooldownSeconds: [30] } }
      await send({ recipients: [mailbox] })
      const refused = await store.issue(issueRequest(asked))
      assert.deepEqual(tally([refused]), { cooldown: 1 })
      assert.equal((await send({ recipients: [phone] })).issued.outcome, 'issued')
    },
  },
  {
    title: 'T02 guesses on challenges that share recipients in opposite order neither block each other nor lose a count',
    async run({ send, race, failuresOf }) {
      const [one, two] = [newKey(), newKey()]
      // Over several servers guesses that are under way weigh like failures.
      const limits = { ...FREE, failuresBeforePause: 1000, failuresBeforeDisabled: 1000 }
      const there = await send({ ...twoChannels('all', [one, two]), limits, maxAttempts: 10 })
      const back = await send({ ...twoChannels('all', [two, one]), limits, maxAttempts: 10 })
      const ambiguous = { sms: [digest(WRONG)], email: [digest(WRONG)] }
      const decisions = await race(80, (store, index) => (index % 4 < 2 ? there : back).verify(ambiguous, {}, store))
      assert.deepEqual(tally(decisions), { wrong: 18, exhausted: 62 })
      assert.deepEqual([await failuresOf(one), await failuresOf(two)], [20, 20])
    },
  },
]
