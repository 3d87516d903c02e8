import assert from 'node:assert/strict'
import type { NoteDecision } from '../../ports/label.js'
import type { ChannelName } from '../../ports/message.js'
import type { Receipt } from '../../ports/receipt.js'
import type { Store } from '../../ports/store.js'
import { type Bench, type Case, FREE, newAnswer, newKey, type Pending, RIGHT, range, tally } from './bench.js'

const GONE = { outcome: 'gone' }

/** A message of a challenge, labelled. */
interface Labelled {
  note(status: Receipt['status'], store?: Store): Promise<NoteDecision>
}

async function labelled({ store }: Bench, { id, issued }: Pending, channel: ChannelName = 'sms'): Promise<Labelled> {
  const label = newKey()
  await store.label({ label, id, channel, expiresAt: issued.expiresAt, sealed: `sealed-${label}` })
  return { note: (status, view = store) => view.note({ label, status }) }
}

/** What `find` shows of each answer's message. */
async function shown(challenge: Pending, view?: Store): Promise<readonly unknown[]> {
  const found = await challenge.find(view)
  assert.equal(found.outcome, 'found')
  return found.answers.map(({ receipt }) => receipt)
}

/** What vendors report of messages is noted once, in the order of what happens to a message, and shown where it belongs. */
export const RECEIPTS: readonly Case[] = [
  {
    title: 'T65 a report on a labelled message gives back what was sealed, and is shown at its code',
    async run(bench) {
      const challenge = await bench.send()
      const [label, { another, store }] = [newKey(), bench]
      await store.label({ label, id: challenge.id, channel: 'sms', expiresAt: challenge.issued.expiresAt, sealed: 'sealed-subject' })
      assert.deepEqual(await shown(challenge), [undefined])
      assert.deepEqual(await another.note({ label, status: 'sent' }), { outcome: 'noted', channel: 'sms', sealed: 'sealed-subject' })
      assert.deepEqual(await shown(challenge, another), ['sent'])
      assert.equal((await store.note({ label, status: 'delivered' })).outcome, 'noted')
      assert.deepEqual(await shown(challenge), ['delivered'])
    },
  },
  {
    title: 'a report on a message that nobody labelled is gone, and is shown nowhere',
    async run(bench) {
      const challenge = await bench.send()
      assert.deepEqual(await bench.store.note({ label: newKey(), status: 'delivered' }), GONE)
      assert.deepEqual(await shown(challenge), [undefined])
    },
  },
  {
    title: 'of 50 equal reports at the same instant one is noted',
    async run(bench) {
      const challenge = await bench.send()
      const message = await labelled(bench, challenge)
      const decisions = await bench.race(50, (store) => message.note('delivered', store))
      assert.deepEqual(tally(decisions), { noted: 1, known: 49 })
      assert.deepEqual(await shown(challenge), ['delivered'])
    },
  },
  {
    title: 'the first final report counts: neither a late `sent` nor another final one changes it',
    async run(bench) {
      for (const [final, other] of [['delivered', 'failed'] as const, ['failed', 'delivered'] as const]) {
        const challenge = await bench.send()
        const message = await labelled(bench, challenge)
        const decisions = [await message.note('sent'), await message.note('sent'), await message.note(final)]
        assert.deepEqual(tally(decisions), { noted: 2, known: 1 })
        assert.deepEqual(tally([await message.note('sent'), await message.note(final), await message.note(other)]), { known: 3 })
        assert.deepEqual(await shown(challenge), [final])
      }
    },
  },
  {
    title: 'a report belongs to its own channel and to its own send, however late it comes',
    waits: true,
    async run(bench) {
      const answers = [newAnswer(RIGHT), newAnswer('777777', { channel: 'email', recipient: 1 })]
      const asked = { mode: 'all' as const, recipients: [newKey(), newKey()], answers, limits: FREE }
      const challenge = await bench.send(asked)
      const [older, mail] = [await labelled(bench, challenge), await labelled(bench, challenge, 'email')]
      bench.clock.advance(30)
      const renewed = await challenge.renew('111111')
      assert.equal(renewed.outcome, 'issued')
      const newer = await labelled(bench, { ...challenge, issued: renewed })
      assert.equal((await older.note('failed')).outcome, 'noted')
      // The mail was not sent again: its code is the old one, and so is its place in the list.
      assert.deepEqual(await shown(challenge), [undefined, undefined])
      await mail.note('sent')
      await newer.note('delivered')
      assert.deepEqual(await shown(challenge), ['sent', 'delivered'])
    },
  },
  {
    title: 'reports cost no guess and no place, and a code that was used is still reported on',
    async run(bench) {
      const challenge = await bench.send()
      const message = await labelled(bench, challenge)
      await message.note('sent')
      const decision = await challenge.verify(RIGHT, { grantSeconds: 60 })
      assert.deepEqual(decision.outcome === 'verified' && [decision.complete, decision.attemptsLeft], [true, 5])
      assert.equal((await message.note('delivered')).outcome, 'noted')
      assert.equal((await challenge.redeem()).outcome, 'redeemed')
    },
  },
  {
    title: 'a message is remembered for an hour after its code has expired, to the millisecond',
    waits: true,
    async run(bench) {
      const challenge = await bench.send()
      const messages = await Promise.all(range(2).map(() => labelled(bench, challenge)))
      bench.clock.advance(3899.999)
      assert.deepEqual(tally([(await messages[0]?.note('sent')) ?? GONE]), { noted: 1 })
      bench.clock.advance(0.001)
      for (const message of messages) assert.deepEqual(await message.note('delivered'), GONE)
    },
  },
]
