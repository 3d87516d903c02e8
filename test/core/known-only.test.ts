import { createOtp, type FindRecipient, type Otp, type OtpEvents, type OtpOptions, type RecipientLookup } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { fixedRandom, type Outbox, outbox, type TestClock, testClock } from 'express-otp/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { SECRET } from '../helpers/door-app.js'

const ANN = '+12068800123'
const MAIL = 'Ann.Lee@example.org'
/** The code of every challenge. */
const CODE = '314159'

interface Setting {
  readonly otp: Otp
  readonly sms: Outbox
  readonly mail: Outbox
  readonly clock: TestClock
  readonly decoys: OtpEvents['decoyed'][]
  readonly outages: OtpEvents['unavailable'][]
  /** One event of each of the others, by name. */
  readonly events: string[]
  send(fields?: object): ReturnType<Otp['send']>
  resend(): ReturnType<Otp['resend']>
  verify(fields?: object): ReturnType<Otp['verify']>
  pending(): ReturnType<Otp['pending']>
}

function start(findRecipient: FindRecipient, options: Partial<OtpOptions> = {}): Setting {
  const [sms, mail, clock] = [outbox('sms'), outbox('mail'), testClock()]
  const channels = [smsChannel({ transport: sms }), emailChannel({ transport: mail })]
  const hidden = { recipients: 'known-only', delivery: 'background', findRecipient } as const
  const random = fixedRandom([Number(CODE)])
  const otp = createOtp({ secret: SECRET, channels, store: memoryStore({ clock }), clock, random, ...hidden, ...options })
  const [decoys, outages, events]: [OtpEvents['decoyed'][], OtpEvents['unavailable'][], string[]] = [[], [], []]
  otp.on('decoyed', (event) => decoys.push(event)).on('unavailable', (event) => outages.push(event))
  for (const name of ['sent', 'delivery_failed', 'send_refused'] as const) otp.on(name, () => events.push(name))
  onTestFinished(() => otp.close({ drainSeconds: 0 }))
  const caller = { tenant: '', userId: '', ip: undefined }
  let current: string | undefined
  const hold = async ({ id }: { readonly id: string }): Promise<void> => {
    current = id
  }
  return {
    ...{ otp, sms, mail, clock, decoys, outages, events },
    send: (fields = {}) => otp.send({ ...caller, to: ANN, current, hold, ...fields }),
    resend: () => otp.resend({ ...caller, current, hold }),
    verify: (fields = {}) => otp.verify({ ...caller, id: current, code: CODE, leaveGrant: false, ...fields }),
    pending: () => otp.pending({ ...caller, intent: 'login', id: current }),
  }
}

/** A lookup that is answered when the test says so. */
function slowLookup(): { readonly find: FindRecipient; answer(found: boolean): void } {
  const waiting: ((found: boolean) => void)[] = []
  return {
    find: () => new Promise((resolve) => waiting.push(resolve)),
    answer: (found) => waiting.shift()?.(found),
  }
}

const sentTo = (box: Outbox): Promise<void> => expect.poll(() => box.messages.length).toBeGreaterThan(0)

describe('known-only', () => {
  it('T31 the code of somebody known works, and that of a stranger never', async () => {
    const ann = start(() => true)
    await ann.send()
    await sentTo(ann.sms)
    expect(ann.sms.code()).toBe(CODE)
    expect(await ann.verify()).toMatchObject({ ok: true, to: ANN })
    for (const found of [undefined, null, false] as const) {
      const stranger = start(() => found)
      await stranger.send()
      await expect.poll(() => stranger.decoys.length).toBe(1)
      for (const attemptsLeft of [4, 3, 2, 1]) expect(await stranger.verify()).toEqual({ ok: false, reason: 'invalid_code', attemptsLeft })
      expect(await stranger.verify()).toMatchObject({ reason: 'too_many_attempts' })
      expect(stranger.sms.messages).toEqual([])
    }
  })

  it('T31 the answer waits for no lookup, and no code works before it has ended', async () => {
    const { answer, find } = slowLookup()
    const ann = start(find)
    expect((await ann.send()).ok).toBe(true)
    await new Promise((resolve) => setImmediate(resolve))
    expect(await ann.verify()).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    answer(true)
    await sentTo(ann.sms)
    expect((await ann.verify()).ok).toBe(true)
  })

  it('T31 the lookup comes after the limits, and is told who asks for what', async () => {
    const lookups: RecipientLookup[] = []
    const ann = start((lookup) => void lookups.push(lookup))
    await ann.send()
    ann.clock.advance(2)
    expect(await ann.send()).toMatchObject({ reason: 'rate_limited' })
    await expect.poll(() => ann.decoys.length).toBe(1)
    expect(lookups).toEqual([{ to: ANN, channel: 'sms', intent: 'login', tenant: '' }])
  })

  it('T31 T65 tells operators of a decoy, masked', async () => {
    const { send, decoys } = start(() => undefined)
    await send()
    await expect.poll(() => decoys.length).toBe(1)
    const [event] = decoys
    const about = { tenant: '', to: '+1206\u2022\u2022\u20220123', intent: 'login', channel: 'sms', country: 'US', reason: 'unknown' }
    expect(event).toEqual({ ...about, recipient: expect.stringMatching(/^[\w-]{16}$/), id: expect.any(String) })
  })

  it('T40 the mail goes to the stored spelling, a success names it, and no page shows it', async () => {
    const ann = start(() => ({ address: 'annlee@EXAMPLE.org' }), { intents: { login: { channels: ['email'] } } })
    const typed = 'ANNLEE+shop@example.org'
    const sent = await ann.send({ to: typed })
    await sentTo(ann.mail)
    expect(ann.mail.last()?.to).toBe('annlee@example.org')
    const shown = await ann.pending()
    expect([sent.ok && sent.to, shown?.to]).toEqual([shown?.to, expect.stringMatching(/^A/)])
    ann.clock.advance(30)
    expect(await ann.resend()).toMatchObject({ ok: true, to: shown?.to })
    await expect.poll(() => ann.mail.messages.length).toBe(2)
    expect(await ann.verify()).toMatchObject({
      ok: true,
      to: 'annlee@example.org',
      proved: [{ channel: 'email', to: 'annlee@example.org' }],
    })
  })

  it('T13 T40 a proof that waits for a guard names the stored spelling, which was proved, and not the one that was typed', async () => {
    const ann = start(() => ({ address: 'annlee@example.org' }), { intents: { login: { channels: ['email'] } } })
    await ann.send({ to: 'ANNLEE+shop@example.org' })
    await sentTo(ann.mail)
    const verified = await ann.verify({ leaveGrant: true })
    const id = verified.ok ? verified.id : undefined
    const redeemed = await ann.otp.redeem({ tenant: '', userId: '', ip: undefined, intent: 'login', id })
    expect(redeemed).toMatchObject({ ok: true, to: 'annlee@example.org', proved: [{ to: 'annlee@example.org' }] })
  })

  it('T03 T40 an address that is counted apart is nobody, and the operator hears of it', async () => {
    for (const address of ['bob@example.org', 'not an address']) {
      const ann = start(() => ({ address }))
      expect((await ann.send({ to: MAIL })).ok).toBe(true)
      await expect.poll(() => ann.outages.length).toBe(1)
      expect(ann.outages[0]).toMatchObject({ during: 'findRecipient', code: 'ERR_OTP_STORE' })
      expect([ann.mail.messages, (await ann.verify()).ok]).toEqual([[], false])
    }
  })

  it('T33 nothing goes out over a channel that is not enabled for the person', async () => {
    const ann = start(() => ({ channels: ['email'] }))
    await ann.send()
    await expect.poll(() => ann.decoys.map(({ reason }) => reason)).toEqual(['channel_not_enabled'])
    expect([ann.sms.messages, ann.mail.messages, (await ann.verify()).ok]).toEqual([[], [], false])
    await ann.send({ to: MAIL })
    await sentTo(ann.mail)
    expect((await ann.verify()).ok).toBe(true)
  })

  it('T68 of several addresses each is known or not', async () => {
    const ann = start(({ channel }) => channel === 'email')
    await ann.send({ to: undefined, channels: ['sms', 'email'], recipients: { sms: ANN, email: MAIL } })
    await sentTo(ann.mail)
    const code = ann.mail.code()
    expect(await ann.verify({ code: undefined, codes: { sms: code } })).toMatchObject({ reason: 'invalid_code' })
    expect(await ann.verify({ code: undefined, codes: { email: code } })).toMatchObject({ ok: true, proved: [{ channel: 'email' }] })
    expect(ann.sms.messages).toEqual([])
  })

  it('T32 an application that fails, or is silent for 10 seconds, is an outage that no answer tells', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const silent = start(() => new Promise(() => undefined))
    expect((await silent.send()).ok).toBe(true)
    await new Promise((resolve) => setImmediate(resolve))
    await vi.advanceTimersByTimeAsync(9999)
    expect(silent.outages).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(silent.outages).toMatchObject([{ during: 'findRecipient' }])
    vi.useRealTimers()
    const cause = new Error('the records are away')
    const broken = start(() => {
      throw cause
    })
    expect((await broken.send()).ok).toBe(true)
    await expect.poll(() => broken.outages).toMatchObject([{ during: 'findRecipient', cause }])
    expect(broken.decoys).toEqual([])
  })

  it('T32 a code that a vendor refused keeps its challenge and its place', async () => {
    const ann = start(() => true)
    ann.sms.refuseNext()
    await ann.send()
    await expect.poll(() => ann.events).toEqual(['delivery_failed'])
    ann.clock.advance(2)
    expect(await ann.send()).toMatchObject({ reason: 'rate_limited' })
    expect(await ann.verify({ code: '000000' })).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
  })

  it('T29 decoys use up no budget of paid messages; what a budget refuses is not answered', async () => {
    const ann = start(({ to }) => to === ANN, { guard: { paidPerHour: 1 } })
    for (const to of ['+12068800001', '+12068800002', '+12068800003']) await ann.send({ to })
    await expect.poll(() => ann.decoys.length).toBe(3)
    await ann.send()
    await sentTo(ann.sms)
    ann.clock.advance(30)
    expect((await ann.send()).ok).toBe(true)
    await expect.poll(() => ann.events).toEqual(['sent', 'send_refused'])
    expect((await ann.verify({ code: '000000' })).ok).toBe(false)
  })

  it('T24 a code that was sent anew before its lookup ended does not go out, and the new one works', async () => {
    const { answer, find } = slowLookup()
    const ann = start(find)
    await ann.send()
    await new Promise((resolve) => setImmediate(resolve))
    ann.clock.advance(30)
    await ann.resend()
    await new Promise((resolve) => setImmediate(resolve))
    answer(true)
    await expect.poll(() => ann.events).toEqual(['delivery_failed'])
    expect((await ann.verify()).ok).toBe(false)
    answer(true)
    await sentTo(ann.sms)
    expect([ann.sms.messages.length, (await ann.verify()).ok]).toEqual([1, true])
  })

  it('T66 a sandbox answers with the codes of those who are known, and of nobody else', async () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    onTestFinished(() => void vi.restoreAllMocks())
    const ann = start(({ to }) => to === ANN, { sandbox: true })
    expect(await ann.send()).toMatchObject({ ok: true, sandboxCodes: { sms: CODE } })
    expect((await ann.verify()).ok).toBe(true)
    const stranger = await ann.send({ to: '+12068800456' })
    expect([stranger.ok, 'sandboxCodes' in stranger]).toEqual([true, false])
    expect([(await ann.verify()).ok, ann.sms.messages]).toEqual([false, []])
  })

  it('an intent has a rule of its own, and steps of a signed-in user ask nobody', async () => {
    const intents = { login: {}, signup: { recipients: 'anyone' }, transfer: { stepUp: true, recipient: () => ANN } } as const
    const find = vi.fn<FindRecipient>(() => undefined)
    const { otp, send, sms } = start(find, { intents })
    expect([...otp.intents.values()].map(({ recipients }) => recipients)).toEqual(['known-only', 'anyone', 'anyone'])
    await send({ intent: 'signup' })
    await expect.poll(() => sms.messages.length).toBe(1)
    await send({ intent: 'transfer', to: undefined, userId: 'bob', current: undefined })
    expect(find).not.toHaveBeenCalled()
  })
})
