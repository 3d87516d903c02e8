import { metrics, trace } from '@opentelemetry/api'
import { createOtp, type Otp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { openTelemetry } from 'express-otp/telemetry'
import { outbox } from 'express-otp/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECRET } from '../helpers/door-app.js'
import { recorded } from '../helpers/telemetry.js'

function service(telemetry: ReturnType<typeof openTelemetry> | undefined): Otp {
  const otp = createOtp({ secret: SECRET, channels: [smsChannel({ transport: outbox() })], store: memoryStore(), telemetry })
  onTestFinished(() => otp.close())
  return otp
}

async function send(otp: Otp): Promise<boolean> {
  return (await otp.send({ tenant: '', userId: '', ip: undefined, to: '+12068800123', hold: async () => undefined })).ok
}

describe('openTelemetry', () => {
  it('writes to the tracer and the meter that it is given', async () => {
    const [here, there] = [recorded(), recorded()]
    const telemetry = openTelemetry({ tracer: here.tracers.getTracer('mine'), meter: there.meters.getMeter('mine') })
    expect(await send(service(telemetry))).toBe(true)
    expect(here.spans('otp.send').map(({ instrumentationScope }) => instrumentationScope.name)).toEqual(['mine'])
    expect(await there.points('otp.send.duration')).toHaveLength(1)
    expect([there.spans(), await here.points()]).toEqual([[], []])
  })

  it('finds the global providers by itself, also those that come after createOtp', async () => {
    const otp = service(openTelemetry())
    const told = recorded()
    trace.setGlobalTracerProvider(told.tracers)
    metrics.setGlobalMeterProvider(told.meters)
    onTestFinished(() => {
      trace.disable()
      metrics.disable()
    })
    expect(await send(otp)).toBe(true)
    expect(told.spans('otp.send').map(({ instrumentationScope }) => instrumentationScope.name)).toEqual(['express-otp'])
    expect(await told.points('otp.send.duration')).toHaveLength(1)
  })

  it('changes nothing where there is no SDK', async () => {
    expect(await send(service(openTelemetry()))).toBe(true)
  })

  it('serves several service objects', async () => {
    const told = recorded()
    for (const otp of [service(told.telemetry), service(told.telemetry), service(undefined)]) expect(await send(otp)).toBe(true)
    expect(told.spans('otp.send')).toHaveLength(2)
    expect((await told.points('otp.send.duration')).map(({ value }) => value)).toEqual([2])
  })

  it.each([
    [{ tracer: {} }, 'openTelemetry: option "tracer" is {}; it must be an object with startActiveSpan()'],
    [{ meter: {} }, 'openTelemetry: option "meter" is {}; it must be an object with createCounter(), createHistogram()'],
    [{ trace: {} }, 'openTelemetry: unknown option "trace". Did you mean "tracer"?'],
  ])('refuses %o', (options, message) => {
    expect(() => openTelemetry(options as object)).toThrow(message)
  })

  it('is what the option `telemetry` of createOtp takes', () => {
    expect(() => service({} as ReturnType<typeof openTelemetry>)).toThrow(
      'createOtp: option "telemetry" is {}; it must be an object with attach()',
    )
  })
})
