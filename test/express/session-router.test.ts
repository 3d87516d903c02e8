import { describe, expect, it, onTestFinished } from 'vitest'
import { type DoorApp, type DoorAppOptions, doorApp, PLACES, wrong } from '../helpers/door-app.js'

const TO = '+12068800123'

describe.each(PLACES)('sessionRouter %s', (place) => {
  async function start(options: DoorAppOptions = {}): Promise<DoorApp> {
    const app = await doorApp({ place, ...options })
    onTestFinished(() => app.stop())
    return app
  }

  it('sends a code, refuses a wrong one, and takes the right one once', async () => {
    const { browser, sms } = await start()
    const ann = browser()

    const sent = await ann.post('/otp/send', { to: '+1 (206) 880-0123' })
    expect(sent.status).toBe(200)
    expect(sent.body).toMatchObject({
      status: 'sent',
      intent: 'login',
      to: '+1206\u2022\u2022\u20220123',
      channel: 'sms',
      mode: 'any',
      channels: { sms: { sent: true, parts: 1 } },
      codeLength: 6,
      alphabet: 'digits',
      attemptsLeft: 5,
      expiresIn: 300,
      expiresAt: '2026-01-01T00:05:00.000Z',
      resendIn: 30,
    })
    expect(sent.body.reference).toMatch(/^[A-Z]{2}$/)
    expect(sms.last()?.text).toContain(sent.body.reference)

    const refused = await ann.post('/otp/verify', { code: wrong(sms.code()) })
    expect(refused.status).toBe(400)
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
    expect(refused.body).toMatchObject({ reason: 'invalid_code', status: 400, attemptsLeft: 4 })

    const code = sms.code()
    const verified = await ann.post('/otp/verify', { code: `${code.slice(0, 3)} ${code.slice(3)}` })
    expect(verified.body).toEqual({
      status: 'verified',
      complete: true,
      intent: 'login',
      to: TO,
      channel: 'sms',
      verifiedAt: '2026-01-01T00:00:00.000Z',
    })
    expect((await ann.post('/otp/verify', { code })).body.reason).toBe('no_pending_challenge')
  })
})
