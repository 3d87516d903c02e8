import type { Otp, OtpOptions, Transport } from 'express-otp'
import { createOtp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { type Outbox, outbox, testClock } from 'express-otp/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECRET } from '../helpers/door-app.js'

const TO = '+12068800123'

/** A person without an address limit, whose pointer is kept in a variable. */
function person(otp: Otp): { send(body?: object): ReturnType<Otp['send']>; verify(code: string): ReturnType<Otp['verify']> } {
  const caller = { tenant: '', userId: '', ip: undefined }
  let current: string | undefined
  return {
    send: (body = {}) =>
      otp.send({
        ...caller,
        to: TO,
        current,
        async hold({ id }) {
          current = id
        },
        ...body,
      }),
    verify: (code) => otp.verify({ ...caller, id: current, code, leaveGrant: false }),
  }
}

interface Setting {
  readonly otp: Otp
  readonly sms: Outbox
  readonly call: Outbox
  readonly events: string[]
}

function start(options: Partial<OtpOptions> = {}): Setting {
  const [sms, call] = [outbox('sms'), outbox('call')]
  const clock = testClock()
  // The second way to the same phone; its wording is not what is tested here.
  const second = { ...smsChannel({ transport: call }), name: 'call' as const }
  const otp = createOtp({ secret: SECRET, channels: [smsChannel({ transport: sms }), second], store: memoryStore({ clock }), ...options })
  const events: string[] = []
  for (const name of ['sent', 'delivery_failed'] as const) otp.on(name, ({ channel }) => events.push(`${name} ${channel}`))
  onTestFinished(() => otp.close())
  return { otp, sms, call, events }
}

describe('delivery in the background', () => {
  it('T32 answers before the delivery begins, and the same whatever becomes of it', async () => {
    const answers = []
    for (const refuse of [false, true]) {
      const { otp, sms, events } = start({ delivery: 'background' })
      if (refuse) sms.refuseNext()
      const sent = await person(otp).send()
      expect(sms.messages).toEqual([])
      if (!sent.ok) throw new Error(sent.reason)
      const { id: _id, reference: _reference, expiresAt: _expiresAt, ...same } = sent
      answers.push(same)
      await otp.close()
      expect(events).toEqual([refuse ? 'delivery_failed sms' : 'sent sms'])
    }
    expect(answers[1]).toEqual(answers[0])
  })

  it('delivers a code that works', async () => {
    const { otp, sms } = start({ delivery: 'background' })
    const ann = person(otp)
    await ann.send()
    await expect.poll(() => sms.messages.length).toBe(1)
    expect((await ann.verify(sms.code())).ok).toBe(true)
  })

  it('waits on close for what is still going out, and not for ever', async () => {
    let finish = (): void => undefined
    const slow: Transport = {
      name: 'slow',
      deliver: () =>
        new Promise((resolve) => {
          finish = () => resolve({})
        }),
    }
    const { otp, events } = start({ delivery: 'background', channels: [smsChannel({ transport: slow })] })
    await person(otp).send()
    await otp.close({ drainSeconds: 0 })
    expect(events).toEqual([])
    const closed = otp.close()
    await new Promise((resolve) => setImmediate(resolve))
    finish()
    await closed
    expect(events).toEqual(['sent sms'])
  })
})

describe('fallback to the next channel', () => {
  const intents = { login: { fallback: true } }

  it('T33 goes on after a definite refusal, and says which channel was used and which was not', async () => {
    const { otp, sms, call } = start({ intents })
    const ann = person(otp)
    sms.refuseNext()
    const sent = await ann.send()
    expect(sent).toMatchObject({
      ok: true,
      channel: 'call',
      channels: { sms: { sent: false, reason: 'delivery_failed' }, call: { sent: true } },
    })
    expect((await ann.verify(call.code())).ok).toBe(true)
  })

  it('T33 never leaves the channel that the person chose, and never without the option', async () => {
    const { otp, sms, call } = start({ intents })
    sms.refuseNext()
    expect(await person(otp).send({ channel: 'sms' })).toMatchObject({ ok: false, reason: 'delivery_failed' })
    const plain = start()
    plain.sms.refuseNext()
    expect(await person(plain.otp).send()).toMatchObject({ ok: false, reason: 'delivery_failed' })
    expect([...call.messages, ...plain.call.messages]).toEqual([])
  })

  it('T35 stops where the message may have arrived', async () => {
    const { otp, sms, call } = start({ intents })
    sms.refuseNext({ uncertain: true, retryable: false })
    expect(await person(otp).send()).toMatchObject({ ok: false, reason: 'delivery_failed' })
    expect(call.messages).toEqual([])
  })

  it('fails where every channel refuses, and gives the place in the quota back', async () => {
    const { otp, sms, call } = start({ intents })
    sms.refuseNext()
    call.refuseNext()
    expect(await person(otp).send()).toMatchObject({ ok: false, reason: 'delivery_failed' })
    expect(await person(otp).send()).toMatchObject({ ok: true })
  })

  it('cannot be had with delivery in the background, which no answer waits for', () => {
    expect(() => start({ intents, delivery: 'background' })).toThrow(/option "fallback" needs/)
  })
})

describe('otp.health', () => {
  it('shows each transport of each channel', () => {
    const { otp } = start()
    expect(otp.health()).toEqual([
      { channel: 'sms', transport: 'sms', state: 'closed', failures: 0 },
      { channel: 'call', transport: 'call', state: 'closed', failures: 0 },
    ])
  })
})
