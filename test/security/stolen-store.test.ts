import type { Store } from 'express-otp'
import { memoryStore } from 'express-otp/stores/memory'
import { testClock } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { codeDigests } from '../../src/core/guess.js'
import { keyring } from '../../src/core/keyring.js'
import { openDoor, PLACES, SECRET } from '../helpers/door-app.js'
import { ANN, BOB, guess, reasons } from './scenes.js'

type Issue = Parameters<Store['issue']>[0]

/** A store in which somebody reads every new record, and may write another in its place. */
function openStore(change: (request: Issue) => Issue = (request) => request): { readonly store: Store; readonly issued: Issue[] } {
  const inner = memoryStore({ clock: testClock() })
  const issued: Issue[] = []
  const store: Store = {
    ...inner,
    issue(request) {
      issued.push(request)
      return inner.issue(change(request))
    },
  }
  return { store, issued }
}

describe.each(PLACES)('a stolen store %s', (place) => {
  it('T62 gives no code away: under everything that is known but the secret, the right code does not match either', async () => {
    const { store, issued } = openStore()
    const { browser, sms } = await openDoor({ place, otp: { store }, session: { secret: 'the session secret' } })
    const sent = await browser().post('/otp/send', { to: ANN })
    const code = sms.code()
    const [record] = issued
    const [answer] = record?.answers ?? []
    const digest = answer?.digest ?? ''
    expect(digest).toMatch(/^[\w-]{22}$/)
    const { id } = sent.body
    // The layout is public, the session tells the id, the store tells the rest: all that is missing is the key.
    const binding = { id, tenant: '', intent: 'login', contextTag: '' }
    expect(codeDigests(keyring([SECRET]), binding, 'sms', code)).toEqual([digest])
    const known = [
      '',
      'the session secret',
      'cookie secret',
      id,
      record?.id,
      record?.intent,
      digest,
      answer?.sealed,
      code,
      ANN,
      'express-otp',
      SECRET.slice(1),
    ]
    for (const key of known) {
      for (const name of [id, record?.id ?? '']) {
        expect(codeDigests(keyring([key ?? '']), { ...binding, id: name }, 'sms', code)).not.toContain(digest)
      }
    }
    for (let other = 0; other < 2000; other++) {
      const candidate = String((Number(code) + other) % 1_000_000).padStart(6, '0')
      expect(codeDigests(keyring(['the session secret']), binding, 'sms', candidate)).not.toContain(digest)
      if (other > 20) other += 37
    }
  })

  it('T62 names no challenge: the public id, which opens the rest, is not in it', async () => {
    const { store, issued } = openStore()
    const { browser } = await openDoor({ place, otp: { store } })
    const sent = await browser().post('/otp/send', { to: ANN })
    const [record] = issued
    expect(record?.id).toHaveLength(sent.body.id.length)
    expect(JSON.stringify(record)).not.toContain(sent.body.id.slice(16))
    expect(JSON.stringify(record)).not.toMatch(/8800123/)
  })

  it("T62 takes no digest from another record: the attacker's code does not open the victim's challenge", async () => {
    let planted: Issue['answers'] | undefined
    const { store, issued } = openStore((request) => (planted === undefined ? request : { ...request, answers: planted }))
    const { browser, sms } = await openDoor({ place, otp: { store } })
    const [eve, ann] = [browser(), browser()]
    await eve.post('/otp/send', { to: BOB })
    planted = issued[0]?.answers
    await ann.post('/otp/send', { to: ANN })
    expect(reasons(await guess(ann, sms.code(BOB), 1))).toEqual(['invalid_code'])
    expect(reasons(await guess(ann, sms.code(ANN), 1))).toEqual(['invalid_code'])
    expect(reasons(await guess(eve, sms.code(BOB), 1))).toEqual(['verified'])
  })

  it('T62 takes no address from another record: the right code with a swapped seal proves nobody', async () => {
    let sealed: string | undefined
    const { store, issued } = openStore((request) =>
      sealed === undefined ? request : { ...request, answers: request.answers.map((answer) => ({ ...answer, sealed: sealed ?? '' })) },
    )
    const logins: string[] = []
    const { browser, sms } = await openDoor({ place, otp: { store }, router: { login: ({ to }) => void logins.push(to) } })
    const [ann, eve] = [browser(), browser()]
    await ann.post('/otp/send', { to: ANN })
    sealed = issued[0]?.answers[0]?.sealed
    await eve.post('/otp/send', { to: BOB })
    expect(reasons(await guess(eve, sms.code(BOB), 1))).toEqual(['no_pending_challenge'])
    expect(logins).toEqual([])
  })

  it.each<[string, (request: Issue) => Issue]>([
    ['intent', (request) => ({ ...request, intent: request.intent === 'login' ? 'transfer' : request.intent })],
    ['context', (request) => ({ ...request, context: 'x'.repeat(11) })],
    ['digest', (request) => ({ ...request, answers: request.answers.map((answer) => ({ ...answer, digest: '' })) })],
    ['channel', (request) => ({ ...request, answers: request.answers.map((answer) => ({ ...answer, channel: 'email' as const })) })],
  ])('T62 T14 T15 a record whose %s was changed verifies nowhere', async (_what, change) => {
    const { store } = openStore(change)
    const { browser, sms } = await openDoor({ place, otp: { store, intents: { login: {}, transfer: {} } } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const cookie = ann.cookies.get('otp.login')
    if (cookie !== undefined) ann.cookies.set('otp.transfer', cookie)
    for (const intent of ['login', 'transfer']) {
      expect(reasons(await guess(ann, sms.code(), 1, { intent }))).not.toEqual(['verified'])
    }
  })
})

describe('rotation of secrets', () => {
  const [OLD, NEW] = ['an old secret, thirty-two characters', 'a new secret, thirty-two characters!']

  it.each(PLACES)('T62 codes and cookies from before it stay good, and none under a secret that is gone, %s', async (place) => {
    const clock = testClock()
    const store = memoryStore({ clock })
    const open = (secret: readonly string[]): ReturnType<typeof openDoor> => openDoor({ place, otp: { secret, store } })
    const [before, during, after] = [await open([OLD]), await open([NEW, OLD]), await open([NEW])]
    const [ann, bob] = [before.browser(), before.browser()]
    const logins: unknown[] = []
    for (const [browser, to] of [
      [ann, ANN],
      [bob, BOB],
    ] as const) {
      const sent = await browser.post('/otp/send', { to })
      const caller = { tenant: '', userId: '', ip: undefined, leaveGrant: false, id: sent.body.id as string, code: before.sms.code(to) }
      const gone = await after.otp.verify(caller)
      const good = await during.otp.verify(caller)
      logins.push([gone.ok ? gone.to : gone.reason, good.ok ? good.to : good.reason])
    }
    expect(logins).toEqual([
      ['invalid_code', ANN],
      ['invalid_code', BOB],
    ])
  })

  it('T62 a cookie signed with the old secret is read while that one is live, and not after', async () => {
    const store = memoryStore({ clock: testClock() })
    const open = (secret: readonly string[]): ReturnType<typeof openDoor> =>
      openDoor({ place: 'ahead of the session', otp: { secret, store } })
    const [before, during, after] = [await open([OLD]), await open([NEW, OLD]), await open([NEW])]
    const ann = before.browser()
    await ann.post('/otp/send', { to: ANN })
    expect((await after.browser(ann).post('/otp/verify', { code: before.sms.code() })).body.reason).toBe('no_pending_challenge')
    expect((await during.browser(ann).post('/otp/verify', { code: before.sms.code() })).body.status).toBe('verified')
  })

  it('T03 T62 counters do not begin anew while a secret is rotated in', async () => {
    const store = memoryStore({ clock: testClock() })
    const before = await openDoor({ otp: { secret: OLD, store } })
    const during = await openDoor({ otp: { secret: [NEW, OLD], store } })
    await before.browser().post('/otp/send', { to: ANN })
    expect((await during.browser().post('/otp/send', { to: ANN })).body.reason).toBe('rate_limited')
  })
})
