// `npm run docs:telemetry`: six hours in front of the login example, on a clock that jumps, with the real SDK of OpenTelemetry behind it. Draws what was exported as the panels of
// docs/telemetry/dashboard.json.

import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import type { OtpOptions } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { openTelemetry } from 'express-otp/telemetry'
import { type Outbox, outbox, testClock } from 'express-otp/testing'
import { deliveryError } from 'express-otp/transports'
import { chance } from '../abuse/chance.js'
import { panels } from './panels.js'
import { guess, logIn, pump, type Town } from './people.js'
import { dashboard } from './plot.js'
import { scrapes } from './scrapes.js'

interface LoginModule {
  createApp(
    options: Partial<OtpOptions> & { otpSecret: string; sessionSecret: string },
  ): RequestListener & { set(name: string, value: unknown): void }
}

const [HOURS, STEP_SECONDS] = [6, 300]
const STEPS_AN_HOUR = 3600 / STEP_SECONDS
const luck = chance(1)
const clock = testClock()
const recorded = scrapes()
const meters = new MeterProvider({ readers: [recorded.reader] })
let isVendorIll = false

/** A vendor that takes its time, and is ill for a while. */
function vendor(name: string): Outbox {
  const box = outbox(name)
  const { deliver } = box
  box.deliver = async (message, options) => {
    await new Promise((resolve) => setTimeout(resolve, isVendorIll ? luck.between(600, 1500) : luck.skewed(80, 0.5)))
    if (isVendorIll && luck.once(0.4)) throw deliveryError({ transport: name, status: 503, retryable: true, uncertain: false })
    return await deliver(message, options)
  }
  return box
}

const boxes = [vendor('texts'), vendor('mails')] as const
const module: LoginModule = await import(pathToFileURL(join('examples', 'login', 'app.js')).href)
const app = module.createApp({
  otpSecret: 'o'.repeat(32),
  sessionSecret: 's'.repeat(32),
  clock,
  channels: [smsChannel({ transport: boxes[0] }), emailChannel({ transport: boxes[1] })],
  telemetry: openTelemetry({ meter: meters.getMeter('express-otp') }),
  guard: { mode: 'deny' },
  prices: { sms: { 1: '0.01', 33: '0.07', 49: '0.09', default: '0.35' } },
  spendCap: { perHour: '40' },
})
app.set('trust proxy', 'loopback')
const server = createServer(app).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const town: Town = { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, luck, boxes }

for (let step = 0; step < HOURS * STEPS_AN_HOUR; step++) {
  const hour = step / STEPS_AN_HOUR
  isVendorIll = hour >= 5 && hour < 5.4
  const who = new Array<(at: Town) => Promise<void>>(Math.round(16 + 8 * Math.sin(hour) + luck.below(6))).fill(logIn)
  if (hour >= 1.5 && hour < 2.5) who.push(...new Array(30).fill(pump))
  if (hour >= 3.5 && hour < 4.25) who.push(...new Array(6).fill(guess))
  await Promise.all(who.map((act) => act(town)))
  await recorded.take()
  clock.advance(STEP_SECONDS)
}
server.closeAllConnections()
server.close()
mkdirSync('docs/telemetry', { recursive: true })
const title = 'The panels of dashboard.json, drawn from the metrics of a run of the login example'
writeFileSync('docs/telemetry/dashboard.svg', dashboard(title, panels(recorded, STEPS_AN_HOUR), HOURS))
