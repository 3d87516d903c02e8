import { createOtp } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox } from 'express-otp/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECRET } from '../helpers/door-app.js'

describe('a send', () => {
  it('words the message in the language asked for, else in that of the country of the number', async () => {
    const transport = outbox()
    const otp = createOtp({
      secret: SECRET,
      service: 'Acme',
      channels: [smsChannel({ transport }), emailChannel({ transport, locale: 'fr' })],
      store: memoryStore(),
    })
    onTestFinished(() => otp.close())
    const send = async (to: string, locale?: string): Promise<string | undefined> => {
      await otp.send({ tenant: '', userId: '', ip: undefined, to, locale, hold: async () => undefined })
      return transport.last()?.text
    }
    expect(await send('+393401234567')).toContain('il tuo codice Acme per accedere')
    expect(await send('+393401234568', 'de-AT')).toContain('Ihr Code von Acme zum Anmelden')
    expect(await send('ann@example.com')).toContain('Votre code Acme pour vous connecter')
  })
})
