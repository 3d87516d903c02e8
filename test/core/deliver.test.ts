import { describe, expect, it } from 'vitest'
import { deliver } from '../../src/core/deliver.js'
import { OtpError } from '../../src/errors.js'
import type { Channel } from '../../src/ports/channel.js'
import type { Message } from '../../src/ports/message.js'
import type { Transport } from '../../src/ports/transport.js'

const MESSAGE: Message = {
  channel: 'sms',
  to: '+12068800123',
  code: '123456',
  text: '123456 is your code',
  intent: 'login',
  reference: 'KX',
  challengeId: 'id',
  expiresAt: 0,
}

function channelOf(transport: Partial<Transport> & Pick<Transport, 'deliver'>): Channel {
  const never = (): never => {
    throw new Error('not asked')
  }
  return { name: 'sms', transport: { name: 'test', ...transport }, parse: never, word: never }
}

describe('deliver', () => {
  it('hands the message over once, with a signal that ends with the call', async () => {
    const calls: { readonly message: Message; readonly signal: AbortSignal }[] = []
    const channel = channelOf({
      deliver: async (message, { signal }) => {
        expect(signal.aborted).toBe(false)
        calls.push({ message, signal })
        return { id: 'vendor-1' }
      },
    })
    expect(await deliver(channel, MESSAGE)).toEqual({ id: 'vendor-1' })
    expect(calls.map(({ message }) => message)).toEqual([MESSAGE])
    expect(calls[0]?.signal.aborted).toBe(true)
  })

  it('T35 ends a call also for who looks at its signal afterwards', async () => {
    let late: { readonly signal: AbortSignal } | undefined
    const channel = channelOf({
      deliver: async (_, options) => {
        late = options
        return {}
      },
    })
    await deliver(channel, MESSAGE)
    expect(late?.signal.aborted).toBe(true)
    expect(late?.signal.reason).toMatchObject({ name: 'AbortError' })
  })

  it.each<unknown>([
    undefined,
    null,
    'vendor-1',
    {},
    { id: 5 },
    { id: '' },
    { id: 'two words' },
    { id: 'x'.repeat(201) },
    { id: 'line\n' },
    { id: { secret: 1 } },
    { failure: { transport: 'x' } },
    { body: 'your code is 123456', id: 'sms-123456-1' },
  ])('T61 T64 of what a transport resolves to nothing but a plain id goes on: %j', async (answer) => {
    expect(await deliver(channelOf({ deliver: async () => answer as never }), MESSAGE)).toEqual({})
  })

  it('T35 silence is uncertain and is told when the time of the transport is over', async () => {
    let aborted = false
    const channel = channelOf({
      timeoutSeconds: 0.02,
      deliver: (_message, { signal }) => {
        signal.addEventListener('abort', () => {
          aborted = true
        })
        return new Promise(() => undefined)
      },
    })
    expect(await deliver(channel, MESSAGE)).toEqual({
      failure: { transport: 'test', errorCode: 'timeout', retryable: false, uncertain: true },
    })
    expect(aborted).toBe(true)
  })

  it.each<[string, unknown]>([
    ['an error with the vendor words', new Error('sending 123456 to +12068800123 failed, key sk_live_1')],
    ['a text', '123456'],
    ['nothing', undefined],
    ['an error that only looks like ours', Object.assign(new Error(), { delivery: { transport: '123456', retryable: true } })],
  ])('T64 %s is reduced to "uncertain"', async (_what, thrown) => {
    const failure = { transport: 'test', errorCode: undefined, retryable: false, uncertain: true }
    const rejects = channelOf({ deliver: () => Promise.reject(thrown) })
    const throws = channelOf({
      deliver: () => {
        throw thrown
      },
    })
    for (const channel of [rejects, throws]) expect(await deliver(channel, MESSAGE)).toEqual({ failure })
  })

  it('T64 a transport of this package says itself how it failed', async () => {
    const failure = { transport: 'test', status: 429, errorCode: 'slow_down', retryable: true, uncertain: false }
    const error = new OtpError('ERR_OTP_DELIVERY', 'words', { status: 502, delivery: failure })
    expect(await deliver(channelOf({ deliver: () => Promise.reject(error) }), MESSAGE)).toEqual({ failure })
  })

  it('a missing package was found out before anything was sent', async () => {
    const error = new OtpError('ERR_OTP_MISSING_PACKAGE', 'npm install nodemailer')
    expect(await deliver(channelOf({ deliver: () => Promise.reject(error) }), MESSAGE)).toEqual({
      failure: { transport: 'test', errorCode: 'ERR_OTP_MISSING_PACKAGE', retryable: true, uncertain: false },
    })
  })
})
