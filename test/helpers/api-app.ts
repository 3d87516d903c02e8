import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { createOtp, type Otp, type OtpOptions } from 'express-otp'
import { callChannel } from 'express-otp/channels/call'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { whatsappChannel } from 'express-otp/channels/whatsapp'
import { type ApiKeyOptions, apiRouter, type Dialect } from 'express-otp/express'
import { memoryStore } from 'express-otp/stores/memory'
import { type Outbox, outbox, type TestClock, testClock } from 'express-otp/testing'
import { onTestFinished } from 'vitest'
import { listen, SECRET } from './door-app.js'

export interface ApiAppOptions {
  readonly dialect: Dialect
  readonly keys: readonly ApiKeyOptions[]
  /** Where the door hangs; `''` for the host's root. */
  readonly mount?: string
  readonly otp?: Partial<OtpOptions>
  /** Runs before the door is mounted. */
  readonly before?: (app: Express, otp: Otp) => void
}

export interface ApiApp {
  readonly otp: Otp
  readonly origin: string
  readonly clock: TestClock
  readonly outboxes: Readonly<Record<'sms' | 'call' | 'whatsapp' | 'email', Outbox>>
  /** What reached the application's own error handler. */
  readonly errors: unknown[]
}

/** A real Express app with the service door on a real port, all four channels, time and delivery in the hands of the test; gone when the test is over. */
export async function openApi(options: ApiAppOptions): Promise<ApiApp> {
  const outboxes = {
    sms: outbox('sms-outbox'),
    call: outbox('call-outbox'),
    whatsapp: outbox('whatsapp-outbox'),
    email: outbox('mail-outbox'),
  }
  const clock = testClock()
  const otp = createOtp({
    secret: SECRET,
    service: 'Acme',
    channels: [
      smsChannel({ transport: outboxes.sms }),
      callChannel({ transport: outboxes.call }),
      whatsappChannel({ transport: outboxes.whatsapp, template: { name: 'otp' } }),
      emailChannel({ transport: outboxes.email }),
    ],
    store: memoryStore({ clock }),
    clock,
    ...options.otp,
  })
  const app = express()
  const errors: unknown[] = []
  options.before?.(app, otp)
  const door = apiRouter(otp, { keys: options.keys, dialect: options.dialect })
  if (options.mount === undefined || options.mount === '') app.use(door)
  else app.use(options.mount, door)
  app.use((err: unknown, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
    errors.push(err)
    res.status(500).json({ error: 'reached the application' })
  })
  const server = await listen(app)
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await otp.close()
  })
  return { otp, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, clock, outboxes, errors }
}
