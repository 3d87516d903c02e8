import { describe, expect, it } from 'vitest'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'

const ANN = '+12068800123'

describe.each(PLACES)('GET /otp/status and /otp/config %s', (place) => {
  it('tell what is pending, masked, with its countdowns', async () => {
    const { browser, sms, clock } = await openDoor({ place, otp: { intents: { login: {}, signup: { codeLength: 8, maxAttempts: 3 } } } })
    const ann = browser()
    expect((await ann.get('/otp/status')).body).toEqual({ pending: [], grants: [] })
    const sent = await ann.post('/otp/send', { to: ANN })
    await ann.post('/otp/verify', { code: wrong(sms.code()) })
    clock.advance(10.5)
    const login = {
      id: sent.body.id,
      intent: 'login',
      to: '+1206\u2022\u2022\u20220123',
      channel: 'sms',
      mode: 'any',
      reference: sent.body.reference,
      waiting: ['sms'],
      channels: {},
      codeLength: 6,
      alphabet: 'digits',
      attemptsLeft: 4,
      expiresIn: 290,
      expiresAt: '2026-01-01T00:05:00.000Z',
      resendIn: 20,
    }
    expect((await ann.get('/otp/status')).body.pending).toEqual([login])
    await ann.post('/otp/send', { to: 'ann@example.org', intent: 'signup' })
    const { pending } = (await ann.get('/otp/status')).body
    expect(pending).toHaveLength(2)
    expect(pending[1]).toMatchObject({
      intent: 'signup',
      to: 'a\u2022\u2022\u2022@example.org',
      channel: 'email',
      codeLength: 8,
      attemptsLeft: 3,
    })
    expect((await browser().get('/otp/status')).body).toEqual({ pending: [], grants: [] })
  })

  it('T61 T65 tell neither code nor address', async () => {
    const { browser, sms } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const { text } = await ann.get('/otp/status')
    expect(text).not.toContain(sms.code())
    expect(text).not.toContain('8800123')
  })

  it('change nothing: no counter, no life', async () => {
    const { browser, sms, clock } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    for (let asked = 0; asked < 10; asked++) await ann.get('/otp/status')
    clock.advance(299)
    expect((await ann.get('/otp/status')).body.pending).toMatchObject([{ attemptsLeft: 5, expiresIn: 1, resendIn: 0 }])
    expect((await ann.post('/otp/verify', { code: sms.code() })).status).toBe(200)
  })

  it('tell what a page must know of the application, and nothing secret', async () => {
    const { browser } = await openDoor({
      place,
      otp: {
        intents: {
          login: {},
          pay: {
            stepUp: true,
            recipient: () => ANN,
            context: ['amount'],
            codeLength: 8,
            ttlSeconds: 60,
            maxAttempts: 3,
            channels: ['sms'],
          },
        },
        limits: { cooldownSeconds: [20, 40] },
      },
    })
    const { body, text } = await browser().get('/otp/config')
    expect(body.channels).toEqual(['sms', 'email'])
    expect(body.intents.login).toMatchObject({
      channels: ['sms', 'email'],
      codeLength: 6,
      alphabet: 'digits',
      expiresIn: 300,
      maxAttempts: 5,
      cooldown: [20, 40],
      stepUp: false,
      context: [],
    })
    expect(body.intents.pay).toMatchObject({
      channels: ['sms'],
      codeLength: 8,
      expiresIn: 60,
      maxAttempts: 3,
      stepUp: true,
      context: ['amount'],
    })
    expect(text).not.toMatch(/secret|transport|outbox|recipient/)
  })
})
