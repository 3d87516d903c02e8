import { outbox } from 'express-otp/testing'
import { failover } from 'express-otp/transports/failover'
import { byCallingCode, weighted } from 'express-otp/transports/routing'
import { describe, expect, it } from 'vitest'
import { message, patient } from './sample-message.js'

describe('weighted', () => {
  it('shares messages out by weight', async () => {
    const [first, second] = [outbox('first'), outbox('second')]
    let draw = 0
    const random = { integer: (limit: number) => draw++ % limit, bytes: () => new Uint8Array() }
    const shared = weighted({
      transports: [
        { transport: first, weight: 3 },
        { transport: second, weight: 1 },
      ],
      random,
    })
    for (let sent = 0; sent < 8; sent++) await shared.deliver(message(), patient)
    expect([first.messages.length, second.messages.length]).toEqual([6, 2])
  })

  it('refuses shares that are none, by name', () => {
    const transports = [
      { transport: outbox(), weight: 0 },
      { transport: outbox(), weight: 1 },
    ]
    expect(() => weighted({ transports })).toThrow(/weighted: option "transports"/)
  })
})

describe('byCallingCode', () => {
  it('chooses the longest prefix, and the default for everything else', async () => {
    const [america, jamaica, others] = [outbox('america'), outbox('jamaica'), outbox('others')]
    const routed = byCallingCode({ '1': america, '1876': jamaica, default: others })
    for (const to of ['+12068800123', '+18765551234', '+33612345678', 'ann@example.com']) await routed.deliver(message({ to }), patient)
    expect(america.messages.map(({ to }) => to)).toEqual(['+12068800123'])
    expect(jamaica.messages.map(({ to }) => to)).toEqual(['+18765551234'])
    expect(others.messages.map(({ to }) => to)).toEqual(['+33612345678', 'ann@example.com'])
  })

  it('says which transport took a message, however many stand in between', async () => {
    const routed = byCallingCode({ '33': outbox('french'), default: failover({ transports: [outbox('first'), outbox('second')] }) })
    expect(await routed.deliver(message({ to: '+33612345678' }), patient)).toEqual({ id: 'french-1', transport: 'french' })
    expect(await routed.deliver(message(), patient)).toEqual({ id: 'first-1', transport: 'first' })
  })

  it('refuses keys that are no prefixes, and a missing default, by name', () => {
    expect(() => byCallingCode({ '+33': outbox(), default: outbox() })).toThrow(/key "\+33" must be 1 to 7 digits/)
    expect(() => byCallingCode({ '33': outbox() })).toThrow(/key "default" is missing/)
    expect(() => byCallingCode({ '33': {} as never, default: outbox() })).toThrow(/key "33" must be a transport/)
  })

  it('tells how every transport behind it fares', () => {
    const both = failover({ transports: [outbox('a'), outbox('b')] })
    const names = byCallingCode({ '33': both, default: outbox('c') })
      .health?.()
      .map(({ transport }) => transport)
    expect(names).toEqual(['a', 'b', 'c'])
  })
})
