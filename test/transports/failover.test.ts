import type { Transport } from 'express-otp'
import { outbox, testClock } from 'express-otp/testing'
import { deliveryError } from 'express-otp/transports'
import { failover } from 'express-otp/transports/failover'
import { describe, expect, it } from 'vitest'
import { message, patient as options } from './sample-message.js'

/** Refuses everything, in one way, and counts how often it was asked. */
function refusing(
  name: string,
  failure: { retryable?: boolean; uncertain?: boolean; status?: number } = {},
): Transport & { asked: number } {
  return {
    name,
    asked: 0,
    deliver() {
      this.asked += 1
      return Promise.reject(deliveryError({ transport: name, retryable: true, uncertain: false, ...failure }))
    },
  }
}

describe('failover', () => {
  it('gives every message to the preferred transport while that takes them', async () => {
    const [first, second] = [outbox('first'), outbox('second')]
    await failover({ transports: [first, second] }).deliver(message(), options)
    expect([first.messages.length, second.messages.length]).toEqual([1, 0])
  })

  it('T35 goes on to the next transport after a definite refusal, and gives the last refusal where all refuse', async () => {
    const second = outbox('second')
    await failover({ transports: [refusing('first', { status: 401 }), second] }).deliver(message(), options)
    expect(second.messages).toHaveLength(1)
    const none = failover({ transports: [refusing('first'), refusing('last', { status: 429 })] })
    await expect(none.deliver(message(), options)).rejects.toMatchObject({ delivery: { transport: 'last', status: 429, uncertain: false } })
  })

  it('T35 never repeats a message that may have gone out', async () => {
    const second = outbox('second')
    const both = failover({ transports: [refusing('first', { uncertain: true }), second] })
    await expect(both.deliver(message(), options)).rejects.toMatchObject({ delivery: { transport: 'first', uncertain: true } })
    const unknown: Transport = { name: 'unknown', deliver: () => Promise.reject(new Error('lost')) }
    await expect(failover({ transports: [unknown, second] }).deliver(message(), options)).rejects.toThrow('lost')
    expect(second.messages).toEqual([])
  })

  it('leaves a transport out after repeated failures, and lets one message try it again', async () => {
    const clock = testClock()
    const [first, second] = [refusing('first'), outbox('second')]
    const both = failover({ transports: [first, second], failuresBeforeOpen: 3, openSeconds: 60, clock })
    for (let sent = 0; sent < 5; sent++) await both.deliver(message(), options)
    expect(first.asked).toBe(3)
    expect(both.health?.()).toEqual([
      { transport: 'first', state: 'open', failures: 3 },
      { transport: 'second', state: 'closed', failures: 0 },
    ])
    clock.advance(60)
    expect(both.health?.()[0]).toMatchObject({ state: 'half_open' })
    await Promise.all([1, 2, 3].map(() => both.deliver(message(), options)))
    expect(first.asked).toBe(4)
    expect(both.health?.()[0]).toMatchObject({ state: 'open', failures: 4 })
    expect(second.messages).toHaveLength(8)
  })

  it('closes again after one success', async () => {
    const clock = testClock()
    const [first, second] = [outbox('first'), outbox('second')]
    const both = failover({ transports: [first, second], failuresBeforeOpen: 1, openSeconds: 60, clock })
    first.refuseNext()
    await both.deliver(message(), options)
    clock.advance(60)
    await both.deliver(message(), options)
    expect(first.messages).toHaveLength(1)
    expect(both.health?.()[0]).toEqual({ transport: 'first', state: 'closed', failures: 0 })
  })

  it("T35 takes a refusal that is the person's own as final, and does not blame the transport for it", async () => {
    const [first, second] = [refusing('first', { status: 400, retryable: false }), outbox('second')]
    const both = failover({ transports: [first, second], failuresBeforeOpen: 1 })
    for (let sent = 0; sent < 3; sent++) await expect(both.deliver(message(), options)).rejects.toMatchObject({ delivery: { status: 400 } })
    expect(first.asked).toBe(3)
    expect(second.messages).toEqual([])
  })

  it('asks the preferred transport all the same where every one is left out', async () => {
    const first = refusing('first')
    const both = failover({ transports: [first, refusing('second')], failuresBeforeOpen: 1 })
    await expect(both.deliver(message(), options)).rejects.toThrow()
    await expect(both.deliver(message(), options)).rejects.toMatchObject({ delivery: { transport: 'first' } })
    expect(first.asked).toBe(2)
  })

  it('has as much time as all of its transports together', () => {
    const slow: Transport = { ...outbox('slow'), timeoutSeconds: 20 }
    expect(failover({ transports: [slow, outbox()] }).timeoutSeconds).toBe(30)
  })

  it('refuses wrong options by name', () => {
    expect(() => failover({ transports: [outbox()] })).toThrow(/option "transports"/)
    expect(() => failover({ transports: [outbox(), outbox()], openSeconds: 0 })).toThrow(
      /option "openSeconds" is 0; it must be a whole number from 1 to 3600/,
    )
    expect(() => failover({ transports: [outbox(), outbox()], failuresBeforOpen: 1 } as never)).toThrow(/Did you mean "failuresBeforeOpen"/)
  })
})
