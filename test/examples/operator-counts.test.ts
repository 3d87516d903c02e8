import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OperatorPicture } from './operator-app.js'

const countsModule = fileURLToPath(new URL('../../examples/login/operator-counts.js', import.meta.url))

type Listen = (event: object) => void
interface CountsModule {
  createCounts(otp: { on(name: string, listener: Listen): void }): () => OperatorPicture
}

/** Counts, and a way to tell them of events. */
async function counting(): Promise<{ tell(name: string, event: object): void; picture(): OperatorPicture }> {
  const { createCounts }: CountsModule = await import(countsModule)
  const listeners = new Map<string, Listen>()
  const picture = createCounts({ on: (name, listener) => listeners.set(name, listener) })
  return {
    picture,
    tell(name, event) {
      const listener = listeners.get(name)
      if (listener === undefined) throw new Error(`nobody listens to ${name}`)
      listener(event)
    },
  }
}

const ann = { tenant: '', to: '+1206\u2022\u2022\u20220123', recipient: 'ann-ann-ann-ann-', intent: 'login', channel: 'sms' }
const verified = { tenant: '', recipient: 'bob-bob-bob-bob-', intent: 'login', channels: ['sms'], complete: true }
const spent = { unit: 'money', most: '5.000000', windowSeconds: 3600 }

describe("the operator's counts", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 5, 12) })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('take a code that is sent again for the same login, and only that', async () => {
    const { picture, tell } = await counting()
    tell('issued', { ...ann, id: 'of another copy', renewed: true })
    for (const renewed of [false, true, true]) tell('issued', { ...ann, id: 'one', renewed })
    tell('verified', { ...verified, id: 'one' })
    tell('issued', { ...ann, id: 'one', renewed: false })
    expect(picture().places).toMatchObject([{ name: '1', country: 'US', issued: 2, verified: 1 }])
    expect(picture().counts[0]).toMatchObject({ name: 'issued', total: 5 })
  })

  it('count one login by several channels once, when it is complete', async () => {
    const { picture, tell } = await counting()
    tell('issued', { ...ann, id: 'both', renewed: false })
    tell('issued', { ...ann, to: 'a\u2022\u2022\u2022@example.com', channel: 'email', id: 'both', renewed: false })
    tell('verified', { ...verified, id: 'both', complete: false })
    expect(picture().places).toMatchObject([{ name: '1', issued: 1, verified: 0 }])
    tell('verified', { ...verified, id: 'both' })
    expect(picture().places).toMatchObject([{ name: '1', issued: 1, verified: 1 }])
  })

  it('tell what another copy has sent apart, and name its recipient by a piece of the keyed hash', async () => {
    const { picture, tell } = await counting()
    tell('verified', { ...verified, id: 'unknown' })
    expect(picture().places).toMatchObject([{ name: 'another copy', issued: 0, verified: 1 }])
    expect(picture().events[0]).toMatchObject({ name: 'verified', to: '#bob-bo' })
  })

  it('remember the newest 10000 logins, and forget the others', async () => {
    const { picture, tell } = await counting()
    for (let index = 0; index <= 10_000; index += 1) tell('issued', { ...ann, id: `${index}`, renewed: false })
    tell('verified', { ...verified, id: '0' })
    tell('verified', { ...verified, id: '1' })
    expect(picture().places).toMatchObject([
      { name: '1', issued: 10_001, verified: 1 },
      { name: 'another copy', verified: 1 },
    ])
  })

  it('plot the last 60 minutes, and keep the totals', async () => {
    const { picture, tell } = await counting()
    tell('unavailable', { during: 'verify', code: 'ERR_OTP_STORE', cause: new Error('redis://user:password@host') })
    vi.setSystemTime(Date.UTC(2026, 0, 5, 12, 59))
    tell('unavailable', { during: 'issue', code: 'ERR_OTP_STORE' })
    const outages = (): OperatorPicture['counts'][number] | undefined => picture().counts.find(({ name }) => name === 'outages')
    expect(
      outages()
        ?.plot.map((count, minute) => count * minute)
        .filter((place) => place > 0),
    ).toEqual([59])
    expect(outages()?.plot[0]).toBe(1)
    vi.setSystemTime(Date.UTC(2026, 0, 5, 13))
    expect(outages()).toMatchObject({ total: 2 })
    expect(outages()?.plot[0]).toBe(0)
    expect(outages()?.plot[58]).toBe(1)
    expect(JSON.stringify(picture())).not.toContain('password')
  })

  it('show each ceiling of money as it was last told, until its window is over', async () => {
    const { picture, tell } = await counting()
    const figures = [
      { ...spent, limit: 'spend_hour', used: '1.000000' },
      { ...spent, limit: 'spend_country_hour', used: '0.500000' },
      { limit: 'pumping_country', unit: 'messages', used: 3, most: 50, windowSeconds: 3600 },
    ]
    tell('decided', { ...ann, decision: 'allowed', rule: 'within_budgets', figures })
    tell('budget', { ...spent, limit: 'spend_hour', used: '2.500000', percent: 50 })
    const shown = (): readonly string[] => picture().spends.map(({ limit, of, used }) => `${limit} ${of} ${used}`)
    expect([...shown()].sort()).toEqual(['spend_country_hour +1 0.500000', 'spend_hour  2.500000'])
    vi.setSystemTime(Date.UTC(2026, 0, 5, 13))
    expect(shown()).toEqual([])
    for (let index = 0; index < 60; index += 1)
      tell('budget', { ...spent, limit: 'spend_tenant_hour', used: '2.500000', tenant: `shop ${index}`, percent: 50 })
    expect(shown()).toHaveLength(50)
    expect(shown()[49]).toContain('shop 59')
  })

  it('say what a guard that only records would have refused, and who pumps', async () => {
    const { picture, tell } = await counting()
    const figure = { limit: 'pumping_country', unit: 'messages', used: 51, most: 50, windowSeconds: 3600 }
    tell('decided', { ...ann, decision: 'recorded', rule: 'pumping_country', figures: [figure] })
    tell('pumping', { ...figure, tenant: '', callingCode: '1', mode: 'record' })
    tell('failures', { tenant: '', recipient: ann.recipient, count: 25 })
    tell('receipt', { ...ann, id: 'one', status: 'failed', transport: 'twilio', errorCode: '30003' })
    expect(picture().rules).toEqual([])
    expect(picture().events.map(({ name, to, details }) => `${name} ${to} ${details}`)).toEqual([
      `receipt ${ann.to} failed, twilio, 30003`,
      'failures #ann-an 25 in a row',
      'pumping  pumping_country, +1, record',
      `recorded ${ann.to} pumping_country`,
    ])
  })
})
