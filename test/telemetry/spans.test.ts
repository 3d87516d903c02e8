import { SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { OtpError } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { type DoorApp, type DoorAppOptions, openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { type Recorded, recorded } from '../helpers/telemetry.js'

const ANN = '+12068800123'

async function start(options: DoorAppOptions = {}): Promise<DoorApp & Recorded> {
  const told = recorded()
  const app = await openDoor({ ...options, otp: { telemetry: told.telemetry, ...options.otp } })
  return { ...app, ...told }
}

function outcomes(spans: readonly ReadableSpan[]): unknown[] {
  return spans.map(({ attributes }) => attributes['otp.outcome'])
}

function childrenOf(parent: ReadableSpan | undefined, spans: readonly ReadableSpan[]): string[] {
  return spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent?.spanContext().spanId).map(({ name }) => name)
}

describe.each(PLACES)('spans %s', (place) => {
  it('stand around a send and a verify, with the store and the delivery as children', async () => {
    const { browser, sms, spans } = await start({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await ann.post('/otp/verify', { code: sms.code() })
    const [send] = spans('otp.send')
    const [verify] = spans('otp.verify')
    expect(childrenOf(send, spans())).toEqual(expect.arrayContaining(['otp.store.issue', 'otp.deliver']))
    expect(childrenOf(verify, spans())).toContain('otp.store.verify')
    expect(send?.attributes).toEqual({ 'otp.intent': 'login', 'otp.channel': 'sms', 'otp.operation': 'send', 'otp.outcome': 'SENT' })
    expect(verify?.attributes).toEqual({ 'otp.intent': 'login', 'otp.channel': 'sms', 'otp.outcome': 'VERIFIED' })
    expect(spans('otp.store.issue')[0]?.attributes).toEqual({ 'otp.store.verb': 'issue' })
    expect(spans('otp.deliver')[0]?.attributes).toEqual({
      'otp.intent': 'login',
      'otp.channel': 'sms',
      'otp.transport': 'sms-outbox',
      'otp.country': 'US',
      'otp.outcome': 'DELIVERED',
    })
    expect(spans().every(({ status }) => status.code === SpanStatusCode.UNSET)).toBe(true)
  })

  it('have the span of the request as parent, and that of the transport as child', async () => {
    const told = recorded()
    const tracer = told.tracers.getTracer('of the app')
    const sms = outbox()
    const deliver = sms.deliver.bind(sms)
    sms.deliver = (message, options) =>
      tracer.startActiveSpan('POST', async (span) => {
        const answer = await deliver(message, options)
        span.end()
        return answer
      })
    const { browser } = await openDoor({
      place,
      otp: { telemetry: told.telemetry, channels: [smsChannel({ transport: sms })] },
      before(app) {
        app.use((req, res, next) => {
          tracer.startActiveSpan(`${req.method} /otp`, (span) => {
            res.on('finish', () => span.end())
            next()
          })
        })
      },
    })
    await browser().post('/otp/send', { to: ANN })
    const [request, send, delivery] = ['POST /otp', 'otp.send', 'otp.deliver'].map((name) => told.spans(name)[0])
    expect(childrenOf(request, told.spans())).toContain('otp.send')
    expect(childrenOf(send, told.spans())).toContain('otp.deliver')
    expect(childrenOf(delivery, told.spans())).toEqual(['POST'])
  })

  it('name the class of every answer', async () => {
    const { browser, clock, sms, spans } = await start({ place, otp: { intents: { login: { maxAttempts: 2 } } } })
    const ann = browser()
    await ann.post('/otp/send', { to: '+1 555' })
    await ann.post('/otp/send', { to: ANN })
    const late = browser(ann)
    await browser().post('/otp/send', { to: ANN })
    await ann.post('/otp/resend', {})
    await ann.post('/otp/verify', { code: '1' })
    for (let guess = 0; guess < 2; guess++) await ann.post('/otp/verify', { code: wrong(sms.code()) })
    clock.advance(30)
    await ann.post('/otp/send', { to: ANN })
    await ann.post('/otp/verify', { code: sms.code() })
    await late.post('/otp/verify', { code: sms.code() })
    expect(outcomes(spans('otp.send'))).toEqual(['SHAPE', 'SENT', 'LIMITED', 'SENT'])
    expect(outcomes(spans('otp.resend'))).toEqual(['LIMITED'])
    expect(outcomes(spans('otp.verify'))).toEqual(['SHAPE', 'WRONG', 'EXHAUSTED', 'VERIFIED', 'GONE'])
  })
})

describe('a span of what is broken', () => {
  it('T64 has the code of the error, and no word of it', async () => {
    const store = memoryStore()
    store.issue = () => Promise.reject(new Error(`cannot write ${ANN}`))
    const { browser, spans } = await start({ otp: { store } })
    expect((await browser().post('/otp/send', { to: ANN })).status).toBe(503)
    for (const [name, error] of [
      ['otp.send', 'ERR_OTP_STORE'],
      ['otp.store.issue', '_OTHER'],
    ] as const) {
      const [span] = spans(name)
      expect([name, span?.attributes['error.type'], span?.status, span?.events]).toEqual([name, error, { code: SpanStatusCode.ERROR }, []])
    }
    expect(outcomes(spans('otp.send'))).toEqual(['UNAVAILABLE'])
  })

  it('tells of a message that was refused, and of one that may have arrived', async () => {
    const [sms, mail] = [outbox('texts'), outbox('mails')]
    const { browser, clock, spans } = await start({
      otp: { channels: [smsChannel({ transport: sms }), emailChannel({ transport: mail })] },
    })
    sms.refuseNext({ status: 503, errorCode: 'Ann is not here' })
    mail.refuseNext({ uncertain: true, retryable: false, errorCode: 'timeout' })
    await browser().post('/otp/send', { to: ANN })
    clock.advance(60)
    await browser().post('/otp/send', { to: 'ann@example.org' })
    expect(outcomes(spans('otp.send'))).toEqual(['DELIVERY_FAILED', 'DELIVERY_FAILED'])
    expect(outcomes(spans('otp.deliver'))).toEqual(['REFUSED', 'UNCERTAIN'])
    expect(spans('otp.deliver').map(({ attributes }) => attributes['error.type'])).toEqual(['503', 'timeout'])
  })

  it('tells of what the application threw while a code was on its way', async () => {
    const told = recorded()
    const { otp } = await openDoor({ otp: { telemetry: told.telemetry, store: memoryStore() } })
    const hold = (): Promise<never> => Promise.reject(new OtpError('ERR_OTP_NO_SESSION', 'no session'))
    await expect(otp.send({ tenant: '', userId: '', ip: undefined, to: ANN, hold })).rejects.toThrow('no session')
    expect(told.spans('otp.send').map(({ attributes }) => [attributes['otp.outcome'], attributes['error.type']])).toEqual([
      ['ERROR', 'ERR_OTP_NO_SESSION'],
    ])
  })
})

describe('a delivery in the background', () => {
  it('T32 is a child of a send that has been answered', async () => {
    const { browser, otp, spans } = await start({ otp: { delivery: 'background' } })
    await browser().post('/otp/send', { to: ANN })
    await otp.close()
    const [send] = spans('otp.send')
    expect(childrenOf(send, spans())).toContain('otp.deliver')
    expect(spans().findIndex(({ name }) => name === 'otp.send')).toBeLessThan(spans().findIndex(({ name }) => name === 'otp.deliver'))
  })
})
