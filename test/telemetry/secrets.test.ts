import { inspect } from 'node:util'
import { OtpError } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox, testClock } from 'express-otp/testing'
import { expect, it } from 'vitest'
import { openDoor, PLACES, SECRET, wrong } from '../helpers/door-app.js'
import { recorded } from '../helpers/telemetry.js'

const [ANN, BOB, MAIL] = ['+12068800123', '+12068800456', 'ann.lee@example.org'] as const

it.each(PLACES)('T61 T64 T65 nothing that is exported holds an address, a code, an id, a hash or what a vendor said, %s', async (place) => {
  const told = recorded()
  const [sms, mail] = [outbox('texts'), outbox('mails')]
  const clock = testClock()
  const store = memoryStore({ clock })
  const { browser, otp } = await openDoor({
    place,
    otp: {
      telemetry: told.telemetry,
      channels: [smsChannel({ transport: sms }), emailChannel({ transport: mail })],
      store,
      clock,
      // Ten digits, so that none is found by chance.
      intents: { login: { codeLength: 10 } },
    },
  })
  const secrets = new Set<string>([SECRET, ANN, BOB, MAIL, '8800123', '8800456', 'ann.lee', 'example.org'])
  const remember = (event: object): void => {
    for (const name of ['id', 'recipient', 'to']) {
      const value: unknown = Reflect.get(event, name)
      if (typeof value === 'string') secrets.add(value)
    }
  }
  for (const name of ['issued', 'sent', 'verified', 'rejected', 'send_refused', 'delivery_failed', 'receipt', 'decided'] as const)
    otp.on(name, remember)
  otp.expectReceipts('texts')
  for (const [to, box] of [
    [ANN, sms],
    [MAIL, mail],
  ] as const) {
    const one = browser()
    const { body } = await one.post('/otp/send', { to })
    secrets.add(body.id)
    await one.post('/otp/send', { to })
    for (let guess = 0; guess < 5; guess++) await one.post('/otp/verify', { code: wrong(box.code()) })
    await one.post('/otp/verify', { code: box.code() })
    clock.advance(60)
    await one.post('/otp/send', { to, intent: to })
    await one.post('/otp/resend', {})
    await one.post('/otp/send', { to })
    await one.post('/otp/verify', { code: box.code() })
    secrets.add(box.code())
  }
  await otp.receive('texts', { id: 'texts-1', status: 'delivered' })
  const bob = browser()
  const leaky = new Error(`no way to ${BOB} with ${sms.code()}`)
  sms.deliver = () => Promise.reject(leaky)
  await bob.post('/otp/send', { to: BOB })
  const delivery = { transport: BOB, errorCode: BOB, retryable: true, uncertain: false }
  sms.deliver = () => Promise.reject(new OtpError('ERR_OTP_DELIVERY', leaky.message, { delivery, cause: leaky }))
  clock.advance(60)
  await bob.post('/otp/send', { to: BOB })
  store.issue = () => Promise.reject(leaky)
  await bob.post('/otp/send', { to: '+12068800789' })

  const exported = inspect(
    [
      told.spans().map(({ attributes, events, links, name, status }) => ({ attributes, events, links, name, status })),
      (await told.points()).map(({ attributes, name }) => ({ attributes, name })),
    ],
    { depth: 8, maxArrayLength: null },
  )
  expect(told.spans().length).toBeGreaterThan(40)
  expect(secrets.size).toBeGreaterThan(14)
  for (const secret of secrets) {
    expect([secret, exported.includes(secret)]).toEqual([secret, false])
    expect([secret, exported.includes(encodeURIComponent(secret))]).toEqual([secret, false])
  }
})
