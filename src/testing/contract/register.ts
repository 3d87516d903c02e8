import assert from 'node:assert/strict'
import { type Case, issueRequest, newKey, range, tally } from './bench.js'

/** Of all sorts: quotes, ends of lines, NUL, right to left, combining, beyond 16 bits, what is not a character, and what looks like our own forms. */
const TEXTS = [
  '',
  '0',
  'false',
  '{"a":[1,"\\u0041"],"b":null}',
  '\u0000\u0001\u001f\u007f \t\r\n\u2028\u2029"\\/\'',
  '\ufeffx',
  '\u05e9\u05dc\u05d5\u05dd e\u0301 \u20ac \u{1f511} \u{10ffff} \ufffd \ufffe \ufeff',
]
/** As long as values may be, in the longest letters. */
const LONGEST = '\u{1f511}'.repeat(4096)

const CLAIMED = { outcome: 'claimed' }

/** Values are claimed once, come back as they were, and end in time; values and totals are kept apart. */
export const REGISTER: readonly Case[] = [
  {
    title: 'T69 of 300 claims at the same instant one has the key, and all others are told its value',
    async run({ race, store }) {
      for (const key of range(5).map(newKey)) {
        const decisions = await race(300, (view, index) => view.claim({ key, value: `caller ${index}`, ttlSeconds: 60 }))
        assert.deepEqual(tally(decisions), { claimed: 1, held: 299 })
        const value = `caller ${decisions.findIndex(({ outcome }) => outcome === 'claimed')}`
        for (const one of decisions) if (one.outcome === 'held') assert.equal(one.value, value)
        assert.equal(await store.look({ key }), value)
      }
    },
  },
  {
    title: 'a value that was kept is held and shown, until another takes its place or it is dropped',
    async run({ store, another }) {
      const key = newKey()
      assert.equal(await store.look({ key }), undefined)
      await store.keep({ key, value: 'one', ttlSeconds: 60 })
      assert.deepEqual(await another.claim({ key, value: 'two', ttlSeconds: 60 }), { outcome: 'held', value: 'one' })
      await another.keep({ key, value: 'three', ttlSeconds: 60 })
      assert.equal(await store.look({ key }), 'three')
      await store.drop({ key })
      assert.equal(await another.look({ key }), undefined)
      await another.drop({ key })
      assert.deepEqual(await another.claim({ key, value: 'four', ttlSeconds: 60 }), CLAIMED)
    },
  },
  {
    title: 'T69 a value ends after its life, to the millisecond, and asking for it prolongs nothing',
    waits: true,
    async run({ clock, store, another }) {
      const [claimed, kept] = [newKey(), newKey()]
      await store.claim({ key: claimed, value: 'one', ttlSeconds: 1 })
      await store.keep({ key: kept, value: 'one', ttlSeconds: 172_800 })
      clock.advance(0.999)
      assert.equal(await another.look({ key: claimed }), 'one')
      assert.equal((await another.claim({ key: claimed, value: 'two', ttlSeconds: 60 })).outcome, 'held')
      clock.advance(0.001)
      assert.equal(await another.look({ key: claimed }), undefined)
      assert.deepEqual(await another.claim({ key: claimed, value: 'two', ttlSeconds: 1 }), CLAIMED)
      clock.advance(172_800 - 1.001)
      assert.equal(await store.look({ key: kept }), 'one')
      clock.advance(0.001)
      assert.equal(await store.look({ key: kept }), undefined)
    },
  },
  {
    title: 'a value that is kept again has a whole life before it, and a shorter one where it is told so',
    waits: true,
    async run({ clock, store, another }) {
      const key = newKey()
      await store.keep({ key, value: 'same', ttlSeconds: 60 })
      clock.advance(50)
      await store.keep({ key, value: 'same', ttlSeconds: 60 })
      clock.advance(59)
      assert.equal(await another.look({ key }), 'same')
      await store.keep({ key, value: 'same', ttlSeconds: 1 })
      clock.advance(1)
      assert.equal(await another.look({ key }), undefined)
    },
  },
  {
    title: 'values come back as they were, whatever text they are',
    async run({ store, another }) {
      for (const value of [...TEXTS, LONGEST]) {
        const key = newKey()
        assert.deepEqual(await store.claim({ key, value, ttlSeconds: 60 }), CLAIMED)
        assert.equal(await another.look({ key }), value)
        assert.deepEqual(await another.claim({ key, value: 'other', ttlSeconds: 60 }), { outcome: 'held', value })
      }
    },
  },
  {
    title: 'keys, values, lives and amounts that the port does not allow are rejected, and keep nothing',
    async run({ store }) {
      const key = newKey()
      const kept = { key, value: 'x', ttlSeconds: 60 }
      const charged = { key, amount: 1, limit: 10 }
      const wrongKeys = ['', key.slice(1), `${key}x`, `${key.slice(1)}{`, `${key.slice(1)}\u00fc`]
      const wrongKept = [
        ...wrongKeys.map((wrong) => ({ ...kept, key: wrong })),
        ...[0, -1, 1.5, 172_801, Number.NaN].map((ttlSeconds) => ({ ...kept, ttlSeconds })),
        ...[`${LONGEST}x`, 'x'.repeat(16_385), '\ud83d', '\udd11\ud83d'].map((value) => ({ ...kept, value })),
      ]
      const wrongCharges = [
        ...wrongKeys.map((wrong) => ({ ...charged, key: wrong })),
        ...[0.5, 2 ** 53, -(2 ** 53), Number.NaN, Number.POSITIVE_INFINITY].flatMap((wrong) => [
          { ...charged, amount: wrong },
          { ...charged, limit: wrong },
        ]),
        ...[0, -1, 1.5, 366 * 86_400 + 1].map((windowSeconds) => ({ ...charged, windowSeconds })),
      ]
      const calls = [
        ...wrongKept.flatMap((request) => [() => store.claim(request), () => store.keep(request)]),
        ...wrongKeys.flatMap((wrong) => [() => store.look({ key: wrong }), () => store.drop({ key: wrong })]),
        ...wrongCharges.map((request) => () => store.charge(request)),
      ]
      for (const call of calls) await assert.rejects(call(), { name: 'OtpError', code: 'ERR_OTP_STORE' })
      assert.equal(await store.look({ key }), undefined)
      assert.equal((await store.charge({ ...charged, amount: 0 })).total, 0)
    },
  },
  {
    title: 'a key keeps its value and its total apart, from each other, from other keys, and from challenges',
    async run({ store, another, send }) {
      const key = newKey()
      const challenge = await send({ recipients: [key] })
      await store.keep({ key, value: 'one', ttlSeconds: 60 })
      await store.charge({ key, amount: 7, limit: 10 })
      for (const free of [newKey(), `${key.slice(0, 15)}${key.endsWith('x') ? 'y' : 'x'}`, swapped(key)]) {
        assert.equal(await another.look({ key: free }), undefined)
        assert.equal((await another.charge({ key: free, amount: 0, limit: 10 })).total, 0)
      }
      assert.equal(await another.look({ key }), 'one')
      assert.equal((await another.charge({ key, amount: 3, limit: 10 })).total, 10)
      assert.equal((await challenge.find()).outcome, 'found')
      await another.drop({ key })
      assert.deepEqual([await store.look({ key }), (await store.charge({ key, amount: 0, limit: 10 })).total], [undefined, 0])
      assert.equal((await challenge.find()).outcome, 'found')
      const taken = await store.issue(issueRequest({ recipients: [key] }))
      assert.equal(taken.outcome, 'limited')
    },
  },
]

/** Another key where letters count, the same where they do not. */
function swapped(key: string): string {
  return key.replace(/[a-z]/gi, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()))
}
