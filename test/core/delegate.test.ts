import { createOtp, type Otp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { testClock } from 'express-otp/testing'
import { type DelegatedCheck, type DelegatedStart, delegated } from 'express-otp/transports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECRET } from '../helpers/door-app.js'

const ANN = { tenant: '', userId: '', ip: undefined }
const TO = '+12068800123'

interface Scene {
  readonly started: DelegatedStart[]
  readonly checked: DelegatedCheck[]
  readonly failures: unknown[]
  send(): ReturnType<Otp['send']>
  verify(id: string): ReturnType<Otp['verify']>
}

/** A vendor that answers what it is told to, whatever its types say. */
function vendor(answer: unknown, outcome: unknown = 'right'): Scene {
  const clock = testClock()
  const [started, checked, failures]: [DelegatedStart[], DelegatedCheck[], unknown[]] = [[], [], []]
  const transport = delegated({
    name: 'vendor',
    timeoutSeconds: 5,
    async start(request) {
      started.push(request)
      return answer as never
    },
    async check(request) {
      checked.push(request)
      return outcome as never
    },
  })
  const otp = createOtp({ secret: SECRET, channels: [smsChannel({ transport })], store: memoryStore({ clock }), clock })
  otp.on('delivery_failed', ({ failure }) => void failures.push(failure))
  onTestFinished(() => otp.close())
  return {
    started,
    checked,
    failures,
    send: () => otp.send({ ...ANN, to: TO, locale: 'de', current: undefined, hold: async () => undefined }),
    verify: (id) => otp.verify({ ...ANN, id, code: '123456', leaveGrant: false }),
  }
}

async function idOf(scene: Scene): Promise<string> {
  const sent = await scene.send()
  if (!sent.ok) throw new Error(sent.reason)
  return sent.id
}

describe('a vendor that keeps the code', () => {
  it('is told whom to send it to, for what and for how long, and asked about it with its own ticket', async () => {
    const scene = vendor({ ticket: 'ticket-1', id: 'message-1' })
    const id = await idOf(scene)
    expect(scene.started).toEqual([{ channel: 'sms', to: TO, intent: 'login', ttlSeconds: 300, locale: 'de' }])
    expect(await scene.verify(id)).toMatchObject({ ok: true, to: TO })
    expect(scene.checked).toEqual([{ ticket: 'ticket-1', to: TO, intent: 'login', code: '123456' }])
    expect(scene.failures).toEqual([])
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'ticket'],
    ['no ticket', {}],
    ['a number', { ticket: 1 }],
    ['an empty ticket', { ticket: '' }],
    ['a ticket with a space', { ticket: 'a b' }],
    ['a ticket with a line break', { ticket: 'ticket\n' }],
    ['a ticket that is too long', { ticket: 'x'.repeat(2001) }],
  ])('T35 that answers %s may have sent it: a failure that is not repeated', async (_, answer) => {
    const scene = vendor(answer)
    expect(await scene.send()).toMatchObject({ ok: false, reason: 'delivery_failed' })
    expect(scene.failures).toEqual([{ transport: 'vendor', errorCode: 'no_ticket', retryable: false, uncertain: true }])
  })

  it('may give a ticket of 2000 characters', async () => {
    const scene = vendor({ ticket: 'x'.repeat(2000) })
    expect(await scene.verify(await idOf(scene))).toMatchObject({ ok: true })
  })

  it.each(['wrong', 'gone'])('T36 that calls it %s is believed', async (outcome) => {
    const scene = vendor({ ticket: 'ticket-1' }, outcome)
    expect(await scene.verify(await idOf(scene))).toMatchObject({ ok: false, reason: 'invalid_code', attemptsLeft: 4 })
  })

  it.each([null, true, 'perhaps'])('T59 that answers %s when it is asked has not said it', async (outcome) => {
    const scene = vendor({ ticket: 'ticket-1' }, outcome)
    const id = await idOf(scene)
    const delivery = { transport: 'vendor', errorCode: 'bad_answer', retryable: false, uncertain: true }
    await expect(scene.verify(id)).rejects.toMatchObject({ code: 'ERR_OTP_DELIVERY', status: 503, delivery })
  })
})
