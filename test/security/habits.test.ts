import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { sourceFiles } from '../helpers/source-files.js'
import { ANN, guess, reasons, userRoutes } from './scenes.js'

/** What people report of other libraries, each here so that it stays right. */
describe.each(PLACES)('%s', (place) => {
  it('after a code has expired one may start again at once', async () => {
    const { browser, sms, clock } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    clock.advance(300)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['expired'])
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it('a second click on "send" sends one message, and its code is good', async () => {
    const { browser, sms } = await openDoor({ place })
    const ann = browser()
    await ann.get('/otp/config')
    const answers = await Promise.all([ann.post('/otp/send', { to: ANN }), ann.post('/otp/send', { to: ANN })])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429])
    expect(sms.messages).toHaveLength(1)
  })

  it('a login is saved before it is answered, however slow the sessions are', async () => {
    const store = new session.MemoryStore()
    const set = store.set.bind(store)
    store.set = (id, data, done) => void setTimeout(() => set(id, data, done), 20)
    const { browser, sms } = await openDoor({
      place,
      session: { store },
      router: { forms: { page: '/login', done: '/whoami' }, login: ({ to }, req) => void Reflect.set(req.session, 'user', to) },
      routes: userRoutes,
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const form = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' }
    const sent = await ann.post('/otp/verify', `code=${sms.code()}`, form)
    expect(sent.headers.get('location')).toBe('/whoami')
    expect((await ann.get('/whoami')).body.user).toBe(ANN)
  })

  it('T03 a failed login gives no guesses back: what was counted before stays counted', async () => {
    const { browser, sms, clock } = await openDoor({
      place,
      otp: { limits: { failuresBeforePause: 4 } },
      router: { login: () => Promise.reject(new Error('x')) },
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await guess(ann, wrong(sms.code()), 2)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['temporarily_unavailable'])
    clock.advance(30)
    await ann.post('/otp/send', { to: ANN })
    // The right code ended the row of failures; a new row counts from there.
    await guess(ann, wrong(sms.code()), 4)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['rate_limited'])
  })

  it('T11 T16 a code is looked up by its challenge, never by its value', async () => {
    const { browser, sms } = await openDoor({
      place,
      otp: { random: { integer: () => 123456, bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) } },
    })
    const [ann, bob, eve] = [browser(), browser(), browser()]
    await ann.post('/otp/send', { to: ANN })
    await bob.post('/otp/send', { to: '+12068800456' })
    expect(sms.messages.map(({ code }) => code)).toEqual(['123456', '123456'])
    expect(reasons(await guess(eve, '123456', 1))).toEqual(['no_pending_challenge'])
    expect((await guess(bob, '123456', 1))[0]?.body.to).toBe('+12068800456')
    expect((await guess(ann, '123456', 1))[0]?.body.to).toBe(ANN)
  })
})

it('T12 no source draws from Math.random', () => {
  const files = sourceFiles()
  expect(files.length).toBeGreaterThan(50)
  for (const { path, code } of files) expect([path, /Math\s*\.\s*random/.test(code)]).toEqual([path, false])
})
