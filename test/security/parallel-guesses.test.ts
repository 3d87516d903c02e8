import type { Store } from 'express-otp'
import { memoryStore } from 'express-otp/stores/memory'
import { testClock } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { type Answer, type Browser, openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { ANN, reasons } from './scenes.js'

/** Connections that are open already: cold ones would queue the requests one behind the other. */
async function warm(browser: Browser, connections: number): Promise<void> {
  await Promise.all(Array.from({ length: connections }, () => browser.get('/otp/config')))
}

function count(answers: readonly Answer[], reason: string): number {
  return reasons(answers).filter((one) => one === reason).length
}

/** A store that keeps what it decided about guesses. */
function watchedStore(): { readonly store: Store; readonly outcomes: string[] } {
  const outcomes: string[] = []
  const inner = memoryStore({ clock: testClock() })
  const store: Store = {
    ...inner,
    async verify(request) {
      const decision = await inner.verify(request)
      outcomes.push(
        decision.outcome === 'exhausted' && decision.failures !== undefined ? `exhausted at ${decision.failures}` : decision.outcome,
      )
      return decision
    },
  }
  return { store, outcomes }
}

describe.each(PLACES)('parallel requests %s', (place) => {
  it('T02 of 200 wrong guesses at once five are compared', async () => {
    const { store, outcomes } = watchedStore()
    const { browser, sms } = await openDoor({ place, otp: { store } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await warm(ann, 50)
    const code = wrong(sms.code())
    const answers = await Promise.all(Array.from({ length: 200 }, () => ann.post('/otp/verify', { code })))
    expect(count(answers, 'invalid_code')).toBe(4)
    expect(count(answers, 'too_many_attempts')).toBe(196)
    // The fifth was charged, and nothing after it.
    expect(outcomes.filter((outcome) => outcome.startsWith('exhausted'))).toHaveLength(196)
    expect(outcomes.filter((outcome) => outcome === 'exhausted at 5')).toHaveLength(1)
    expect((await ann.post('/otp/verify', { code: sms.code() })).body.reason).toBe('too_many_attempts')
  })

  it('T02 T22 a right code wins once among wrong ones, or was too late, and never more than five are compared', async () => {
    const { store, outcomes } = watchedStore()
    const { browser, sms } = await openDoor({ place, otp: { store } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await warm(ann, 50)
    const code = sms.code()
    const guesses = Array.from({ length: 60 }, (_, index) => (index % 20 === 3 ? code : wrong(code)))
    const answers = await Promise.all(guesses.map((guess) => ann.post('/otp/verify', { code: guess })))
    expect(count(answers, 'verified')).toBeLessThanOrEqual(1)
    expect(outcomes.filter((outcome) => outcome === 'wrong').length).toBeLessThanOrEqual(4)
    expect(count(answers, 'verified') + count(answers, 'too_many_attempts')).toBeGreaterThan(0)
  })

  it('a right code is not refused because wrong ones are in flight', async () => {
    const { browser, sms } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await warm(ann, 10)
    const code = sms.code()
    const answers = await Promise.all(
      [wrong(code), wrong(code), code, wrong(code), wrong(code)].map((one) => ann.post('/otp/verify', { code: one })),
    )
    expect(count(answers, 'verified')).toBe(1)
  })

  it('T22 of 100 right codes at once one is verified, one logs in', async () => {
    const logins: string[] = []
    const { browser, sms } = await openDoor({ place, router: { login: ({ to }) => void logins.push(to) } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await warm(ann, 50)
    const code = sms.code()
    const answers = await Promise.all(Array.from({ length: 100 }, () => ann.post('/otp/verify', { code })))
    expect(count(answers, 'verified')).toBe(1)
    expect(count(answers, 'no_pending_challenge')).toBe(99)
    expect(logins).toEqual([ANN])
    expect(new Set(answers.filter(({ status }) => status !== 200).map(({ status }) => status))).toEqual(new Set([400]))
  })

  it('T28 of 50 sends to one recipient at once one is delivered', async () => {
    const { browser, sms } = await openDoor({ place })
    const browsers = Array.from({ length: 50 }, () => browser())
    await Promise.all(browsers.map((one) => one.get('/otp/config')))
    const answers = await Promise.all(
      browsers.map((one, index) => one.post('/otp/send', { to: index % 2 === 0 ? ANN : '+1 (206) 880-0123' })),
    )
    expect(count(answers, 'sent')).toBe(1)
    expect(count(answers, 'rate_limited')).toBe(49)
    expect(sms.messages).toHaveLength(1)
    const winner = browsers[answers.findIndex(({ status }) => status === 200)]
    expect((await winner?.post('/otp/verify', { code: sms.code() }))?.body.status).toBe('verified')
  })

  it('T24 T28 of ten resends at once one is delivered, and its code is the one that counts', async () => {
    const { browser, sms, clock } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const old = sms.code()
    clock.advance(30)
    const answers = await Promise.all(Array.from({ length: 10 }, () => ann.post('/otp/resend')))
    expect(count(answers, 'sent')).toBe(1)
    expect(sms.messages).toHaveLength(2)
    expect((await ann.post('/otp/verify', { code: old })).body.reason).toBe('invalid_code')
    expect((await ann.post('/otp/verify', { code: sms.code() })).body.status).toBe('verified')
  })

  it('T24 a resend that races a right code ends before or after it, and one that races a wrong one loses no code', async () => {
    const { browser, sms, clock } = await openDoor({ place })
    for (let round = 0; round < 3; round++) {
      const ann = browser()
      await ann.post('/otp/send', { to: `+1206880200${round}` })
      const old = sms.code()
      clock.advance(30)
      const [resent, raced] = await Promise.all([ann.post('/otp/resend'), ann.post('/otp/verify', { code: wrong(old) })])
      expect(resent.body.status).toBe('sent')
      expect(raced.body.reason).toBe('invalid_code')
      clock.advance(60)
      const fresh = sms.code()
      const [again, right] = await Promise.all([ann.post('/otp/resend'), ann.post('/otp/verify', { code: fresh })])
      if (right.body.status === 'verified') continue
      expect([again.body.status, right.body.reason]).toEqual(['sent', 'invalid_code'])
      expect((await ann.post('/otp/verify', { code: sms.code() })).body.status).toBe('verified')
    }
  })
})
