import { createOtp, type Otp, type OtpEvents, type OtpOptions } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox, testClock } from 'express-otp/testing'
import { failover } from 'express-otp/transports/failover'
import { describe, expect, it } from 'vitest'
import type { LabelRequest } from '../../src/ports/label.js'
import type { Store } from '../../src/ports/store.js'

const ANN = '+12068800123'
const CALLER = { tenant: '', userId: '', ip: undefined }
const SECRET = 'a secret that only this test knows'

interface Started {
  readonly otp: Otp
  readonly labels: LabelRequest[]
  readonly told: OtpEvents['receipt'][]
  readonly away: OtpEvents['unavailable'][]
  send(): Promise<string | undefined>
}

function start(options: Partial<OtpOptions> = {}, wrong: (sound: Store) => Partial<Store> = () => ({})): Started {
  const sound = memoryStore({ clock: testClock() })
  const labels: LabelRequest[] = []
  const label: Store['label'] = (request) => {
    labels.push(request)
    return sound.label(request)
  }
  const store = { ...sound, label, ...wrong(sound) }
  const otp = createOtp({ secret: SECRET, channels: [smsChannel({ transport: outbox('vendor') })], store, ...options })
  const told: OtpEvents['receipt'][] = []
  const away: OtpEvents['unavailable'][] = []
  otp.on('receipt', (event) => void told.push(event)).on('unavailable', (event) => void away.push(event))
  return {
    otp,
    labels,
    told,
    away,
    async send() {
      const sent = await otp.send({ ...CALLER, to: ANN, current: undefined, hold: async () => undefined })
      return sent.ok ? sent.channels.sms?.id : undefined
    },
  }
}

describe('receive', () => {
  it('is prepared for transports that reports are expected of, and costs others nothing', async () => {
    const { otp, labels, send, told } = start()
    otp.expectReceipts('another')
    const id = (await send()) ?? ''
    expect(labels).toEqual([])
    expect(await otp.receive('vendor', { id, status: 'delivered' })).toBe(false)
    expect(told).toEqual([])
  })

  it('T65 T61 leaves a label that tells neither message nor address nor challenge', async () => {
    const { otp, labels, send } = start()
    otp.expectReceipts('vendor')
    expect(await send()).toBe('vendor-1')
    expect(labels).toHaveLength(1)
    const text = JSON.stringify(labels)
    for (const secret of ['vendor', '8800123', '0123', 'login']) expect(text).not.toContain(secret)
    expect(labels[0]?.label).toMatch(/^[\w-]{16}$/)
  })

  it('says whether it was news', async () => {
    const { otp, send, told } = start()
    otp.expectReceipts('vendor')
    const id = (await send()) ?? ''
    const news = []
    for (const status of ['sent', 'sent', 'failed', 'delivered'] as const)
      news.push(await otp.receive('vendor', { id, status, errorCode: '7' }))
    expect(news).toEqual([true, false, true, false])
    expect(told.map(({ status, errorCode }) => [status, errorCode])).toEqual([
      ['sent', '7'],
      ['failed', '7'],
    ])
    expect(await otp.receive('another', { id, status: 'delivered' })).toBe(false)
  })

  it('knows a message by the transport that took it, behind whatever chose it', async () => {
    const [first, second] = [outbox('first'), outbox('second')]
    const { otp, send, told } = start({ channels: [smsChannel({ transport: failover({ transports: [first, second] }) })] })
    for (const name of ['first', 'second']) otp.expectReceipts(name)
    first.refuseNext()
    expect(await send()).toBe('second-1')
    expect(await otp.receive('first', { id: 'second-1', status: 'delivered' })).toBe(false)
    expect(await otp.receive('second', { id: 'second-1', status: 'delivered' })).toBe(true)
    expect(told).toMatchObject([{ transport: 'second' }])
  })

  it('costs the report and not the message where the store is away when it was delivered', async () => {
    const { otp, send, away } = start({}, () => ({ label: () => Promise.reject(new Error('gone')) }))
    otp.expectReceipts('vendor')
    expect(await send()).toBe('vendor-1')
    expect(away).toMatchObject([{ during: 'label', code: 'ERR_OTP_STORE' }])
  })

  it('expects no report of what was not delivered, or bears no id', async () => {
    const refusing = outbox('vendor')
    const { otp, labels, send } = start({ channels: [smsChannel({ transport: refusing })] })
    otp.expectReceipts('vendor')
    refusing.refuseNext()
    expect(await send()).toBeUndefined()
    expect(labels).toEqual([])
    const nameless = { name: 'vendor', deliver: async () => ({}) }
    const other = start({ channels: [smsChannel({ transport: nameless })] })
    other.otp.expectReceipts('vendor')
    await other.send()
    expect(other.labels).toEqual([])
  })

  it('is said of a message in the background too', async () => {
    const { otp, labels, send } = start({ delivery: 'background' })
    otp.expectReceipts('vendor')
    await send()
    await otp.close()
    expect(labels).toHaveLength(1)
  })
})
