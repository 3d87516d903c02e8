import type { Store } from 'express-otp'
import { memoryStore } from 'express-otp/stores/memory'
import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { ANN, guess, reasons, userOf, userRoutes } from './scenes.js'

describe.each(PLACES)('a logout while a code is on its way %s', (place) => {
  it.each(['a logout', 'another login'])('T17 T45 %s is not undone, and the proof is nobody\u2019s', async (what) => {
    const sessions = new session.MemoryStore()
    const stored: Record<string, string> = Reflect.get(sessions, 'sessions')
    const inner = memoryStore()
    // What another request does, between the consumption of the code and the end of this request.
    function meanwhile(): void {
      for (const id of Object.keys(stored)) {
        if (what === 'a logout') delete stored[id]
        else stored[id] = (stored[id] ?? '').replaceAll('"ann"', '"eve"')
      }
    }
    const store: Store = {
      ...inner,
      async verify(request) {
        const decision = await inner.verify(request)
        meanwhile()
        return decision
      },
    }
    const { browser, sms } = await openDoor({
      place,
      session: { store: sessions },
      otp: { store, intents: { login: {}, pay: { stepUp: true, recipient: () => ANN } } },
      router: { currentUser: userOf },
      routes: userRoutes,
    })
    const ann = browser()
    await ann.post('/become', { user: 'ann' })
    expect((await ann.post('/otp/send', { intent: 'pay' })).status).toBe(200)
    expect(reasons(await guess(ann, sms.code(), 1, { intent: 'pay' }))).toEqual(['no_pending_challenge'])
    if (what === 'a logout') expect(Object.keys(stored)).toEqual([])
    expect(JSON.stringify(stored)).not.toContain('granted')
  })

  it.each(['right', 'wrong'])('T17 T45 a logout is not undone by what the page is told of a form with a %s code', async (typed) => {
    const sessions = new session.MemoryStore()
    const stored: Record<string, string> = Reflect.get(sessions, 'sessions')
    const inner = memoryStore()
    const store: Store = {
      ...inner,
      async verify(request) {
        const decision = await inner.verify(request)
        for (const id of Object.keys(stored)) delete stored[id]
        return decision
      },
    }
    const { browser, sms } = await openDoor({
      place,
      session: { store: sessions },
      otp: { store, intents: { login: {}, pay: { stepUp: true, recipient: () => ANN } } },
      router: { currentUser: userOf, forms: { page: '/pay' } },
      routes: userRoutes,
    })
    const ann = browser()
    await ann.post('/become', { user: 'ann' })
    expect((await ann.post('/otp/send', { intent: 'pay' })).status).toBe(200)
    const code = typed === 'right' ? sms.code() : wrong(sms.code())
    const form = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' }
    const answer = await ann.post('/otp/verify', `intent=pay&code=${code}`, form)
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `/pay?otp=${typed === 'right' ? 'no_pending_challenge' : 'invalid_code'}`,
    ])
    expect(Object.keys(stored)).toEqual([])
  })
})
