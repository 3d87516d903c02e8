import { outbox } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/ports/message.js'

const { signal } = new AbortController()

function message(to: string, code: string): Message {
  return { channel: 'sms', to, code, text: `Code ${code}`, intent: 'login', reference: 'KX', challengeId: 'id', expiresAt: 0 }
}

describe('outbox', () => {
  it('keeps messages and finds the newest, of all or of one recipient', async () => {
    const box = outbox()
    const [first, second, third] = [message('+12065550100', '111111'), message('+12065550101', '222222'), message('+12065550100', '333333')]
    expect(await box.deliver(first, { signal })).toEqual({ id: 'outbox-1' })
    await box.deliver(second, { signal })
    await box.deliver(third, { signal })
    expect(box.messages).toEqual([first, second, third])
    expect([box.last(), box.last('+12065550101')]).toEqual([third, second])
    expect([box.code(), box.code('+12065550101')]).toEqual(['333333', '222222'])
  })

  it('has no code where nothing was sent', () => {
    const box = outbox('mail')
    expect(box.last()).toBeUndefined()
    expect(() => box.code()).toThrow('mail holds no message')
    expect(() => box.code('ada@example.com')).toThrow('to ada@example.com')
  })

  it('refuses the next delivery when it is told to, as definitely as it is told to', async () => {
    const box = outbox()
    box.refuseNext()
    box.refuseNext({ retryable: false, status: 400, errorCode: 'blocked' })
    const refusal = { name: 'OtpError', code: 'ERR_OTP_DELIVERY', status: 502 }
    const first = { transport: 'outbox', retryable: true, uncertain: false }
    const second = { transport: 'outbox', retryable: false, uncertain: false, status: 400, errorCode: 'blocked' }
    await expect(box.deliver(message('a', '1'), { signal })).rejects.toMatchObject({ ...refusal, delivery: first })
    await expect(box.deliver(message('a', '1'), { signal })).rejects.toMatchObject({ ...refusal, delivery: second })
    expect(box.messages).toEqual([])
    await box.deliver(message('a', '1'), { signal })
    expect(box.messages).toHaveLength(1)
  })

  it('hangs the next delivery until the caller gives up, and has perhaps sent it then', async () => {
    const box = outbox()
    for (const giveUp of ['before', 'after'] as const) {
      const caller = new AbortController()
      box.hangNext()
      if (giveUp === 'before') caller.abort()
      const delivery = box.deliver(message('a', '1'), { signal: caller.signal })
      caller.abort()
      await expect(delivery).rejects.toMatchObject({ code: 'ERR_OTP_DELIVERY', delivery: { uncertain: true, retryable: false } })
    }
    expect(box.messages).toEqual([])
  })
})
