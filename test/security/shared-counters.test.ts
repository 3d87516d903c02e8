import express, { type Express } from 'express'
import type { Channel, Otp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { OtpStrategy } from 'express-otp/passport'
import { fixedRandom, outbox } from 'express-otp/testing'
import { Passport } from 'passport'
import { describe, expect, it } from 'vitest'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { ANN, guess, numbers, reasons } from './scenes.js'

const OPEN = { cooldownSeconds: [1], recipientSendsPerHour: 60, recipientSendsPerHourFromOneBlock: 60, blockSendsPerHour: 100 }

/** A Passport door of the application's own, beside the router. */
function passportRoute(app: Express, otp: Otp): void {
  const passport = new Passport()
  passport.use(new OtpStrategy(otp, ({ to }) => ({ id: to })))
  passport.serializeUser<string>((user, done) => done(null, (user as { readonly id: string }).id))
  app.post('/passport', express.json(), passport.authenticate('otp'), (_req, res) => {
    res.json({ status: 'in' })
  })
}

describe.each(PLACES)('counters %s', (place) => {
  it('T05 are shared by channels, intents and doors, and a pause holds at all of them', async () => {
    const transport = outbox('call-outbox')
    const call: Channel = { ...smsChannel({ transport }), name: 'call' }
    const text = outbox('text-outbox')
    const { browser, clock } = await openDoor({
      place,
      otp: { channels: [smsChannel({ transport: text }), call], intents: { login: {}, signup: {} }, limits: OPEN },
      routes: passportRoute,
    })
    const [one, two, three] = [browser(), browser(), browser()]
    await one.post('/otp/send', { to: ANN })
    await guess(one, wrong(text.code()), 4)
    clock.advance(1)
    await two.post('/otp/send', { to: ANN, channel: 'call', intent: 'signup' })
    await guess(two, wrong(transport.code()), 4, { intent: 'signup' })
    clock.advance(1)
    await three.post('/otp/send', { to: ANN })
    const atPassport = await three.post('/passport', { code: wrong(text.code()) })
    expect(atPassport.status).toBe(401)
    expect(reasons(await guess(three, wrong(text.code()), 1))).toEqual(['invalid_code'])
    clock.advance(2)

    expect(reasons(await guess(three, text.code(), 1))).toEqual(['rate_limited'])
    expect(reasons(await guess(two, transport.code(), 1, { intent: 'signup' }))).toEqual(['rate_limited'])
    expect((await three.post('/passport', { code: text.code() })).status).toBe(429)
    for (const channel of ['sms', 'call'])
      expect((await browser().post('/otp/send', { to: ANN, channel })).body.reason).toBe('rate_limited')
    clock.advance(30)
    expect((await three.post('/passport', { code: text.code() })).body).toEqual({ status: 'in' })
  })

  it('T01 T21 a challenge that is used up or used is so at the Passport door too', async () => {
    const { browser, sms } = await openDoor({ place, routes: passportRoute })
    const [first = '', second = ''] = numbers(2)
    const ann = browser()
    await ann.post('/otp/send', { to: first })
    const old = browser(ann)
    await guess(ann, wrong(sms.code()), 5)
    expect((await ann.post('/passport', { code: sms.code() })).status).toBe(429)
    await ann.post('/otp/send', { to: second })
    const copy = browser(ann)
    expect((await ann.post('/passport', { code: sms.code() })).status).toBe(200)
    expect((await copy.post('/passport', { code: sms.code() })).status).toBe(401)
    expect(reasons(await guess(copy, sms.code(), 1))).toEqual(['no_pending_challenge'])
    expect((await old.post('/passport', { code: sms.code(first) })).status).not.toBe(200)
  })

  it('T11 three challenges of one recipient live side by side, each for its own code; a fourth is refused', async () => {
    const { browser, sms, clock } = await openDoor({ place, otp: { limits: OPEN, random: fixedRandom([111111, 222222, 333333, 444444]) } })
    const browsers = [browser(), browser(), browser()]
    for (const one of browsers) {
      clock.advance(1)
      expect((await one.post('/otp/send', { to: ANN })).status).toBe(200)
    }
    clock.advance(1)
    const fourth = await browser().post('/otp/send', { to: ANN })
    expect([fourth.status, fourth.body.reason]).toEqual([429, 'rate_limited'])
    expect(sms.messages).toHaveLength(3)
    const codes = sms.messages.map(({ code }) => code)
    for (const [index, one] of browsers.entries()) {
      const other = codes[(index + 1) % 3] ?? ''
      expect(reasons(await guess(one, other, 1))).toEqual(['invalid_code'])
    }
    for (const [index, one] of browsers.entries()) expect(reasons(await guess(one, codes[index] ?? '', 1))).toEqual(['verified'])
  })

  it('two spellings of one number, or of one mailbox, are one person', async () => {
    const { browser, mail, sms } = await openDoor({ place })
    for (const to of ['+1 (206) 880-0123', '+12068800123', '+1.206.880.0123']) await browser().post('/otp/send', { to })
    expect(sms.messages).toHaveLength(1)
    for (const to of ['ann@example.org', 'ANN@example.org', 'ann+x@EXAMPLE.org']) await browser().post('/otp/send', { to })
    expect(mail.messages).toHaveLength(1)
  })
})
