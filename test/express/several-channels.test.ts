import { describe, expect, it, onTestFinished } from 'vitest'
import { type DoorApp, type DoorAppOptions, doorApp, PLACES, wrong } from '../helpers/door-app.js'

const PHONE = '+12068800123'
const MAIL = 'ann@example.org'
const BOTH = { channels: ['sms', 'email'], recipients: { sms: PHONE, email: MAIL } }

describe.each(PLACES)('several channels at once, %s', (place) => {
  async function start(mode: 'any' | 'all', options: DoorAppOptions = {}): Promise<DoorApp> {
    const app = await doorApp({ place, otp: { intents: { login: { mode } } }, ...options })
    onTestFinished(() => app.stop())
    return app
  }

  it('T68 gives each channel a code of its own, and one right code is enough with mode any', async () => {
    const { browser, mail, sms } = await start('any')
    const ann = browser()
    const sent = await ann.post('/otp/send', BOTH)
    expect(sent.body).toMatchObject({ mode: 'any', channels: { sms: { sent: true }, email: { sent: true } } })
    expect(sms.code()).not.toBe(mail.code())
    const verified = await ann.post('/otp/verify', { code: mail.code() })
    expect(verified.body).toMatchObject({ complete: true, channel: 'email', to: MAIL })
    expect((await ann.post('/otp/verify', { code: sms.code() })).body.reason).toBe('no_pending_challenge')
  })

  it('T68 waits for every channel with mode all, and remembers what was proved', async () => {
    const { browser, mail, sms } = await start('all')
    const ann = browser()
    await ann.post('/otp/send', BOTH)
    const first = await ann.post('/otp/verify', { codes: { sms: sms.code() } })
    expect(first.body).toMatchObject({ status: 'verified', complete: false, waiting: ['email'] })
    expect((await ann.get('/otp/status')).body.pending[0]).toMatchObject({ mode: 'all', waiting: ['email'] })
    expect((await ann.post('/otp/verify', { codes: { sms: sms.code() } })).body.errors).toEqual([
      { field: 'codes.sms', reason: 'not_pending' },
    ])
    const second = await ann.post('/otp/verify', { code: mail.code() })
    expect(second.body).toMatchObject({ complete: true })
    expect(second.body.waiting).toBeUndefined()
  })

  it('T68 charges one call once, whichever of its codes was wrong, and keeps the right one', async () => {
    const { browser, mail, sms } = await start('all')
    const ann = browser()
    await ann.post('/otp/send', BOTH)
    const half = await ann.post('/otp/verify', { codes: { sms: sms.code(), email: wrong(mail.code()) } })
    expect(half.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    expect((await ann.post('/otp/verify', { codes: { email: mail.code() } })).body).toMatchObject({ complete: true })
  })

  it('does not let a person leave a channel out that has to be proved', async () => {
    const { browser, mail, sms } = await start('all')
    const ann = browser()
    expect((await ann.post('/otp/send', { to: MAIL })).body.errors).toEqual([{ field: 'channels', reason: 'all_required' }])
    const one = { channels: ['email'], recipients: { email: MAIL } }
    expect((await ann.post('/otp/send', one)).body.errors).toEqual([{ field: 'channels', reason: 'all_required' }])
    await ann.post('/otp/send', BOTH)
    await ann.post('/otp/verify', { codes: { sms: sms.code() } })
    for (let guess = 0; guess < 5; guess++) await ann.post('/otp/verify', { codes: { email: wrong(mail.code()) } })
    // Used up with one channel proved: a resend must not make a challenge of the other one alone.
    expect((await ann.post('/otp/resend')).body.reason).toBe('no_pending_challenge')
  })

  it('resends to one channel of several without excusing from the other', async () => {
    const { browser, clock, mail, sms } = await start('all')
    const ann = browser()
    await ann.post('/otp/send', BOTH)
    const old = mail.code()
    clock.advance(31)
    expect((await ann.post('/otp/resend', { channel: 'email' })).body).toMatchObject({
      status: 'sent',
      channels: { email: { sent: true } },
    })
    expect(sms.messages).toHaveLength(1)
    expect((await ann.post('/otp/verify', { codes: { email: old } })).body.reason).toBe('invalid_code')
    expect((await ann.post('/otp/verify', { codes: { email: mail.code() } })).body).toMatchObject({ complete: false, waiting: ['sms'] })
    expect((await ann.post('/otp/verify', { codes: { sms: sms.code() } })).body).toMatchObject({ complete: true })
  })

  it('says which channel could not be reached, and fails only where none was', async () => {
    const { browser, clock, mail, sms } = await start('any')
    const ann = browser()
    sms.refuseNext()
    const sent = await ann.post('/otp/send', BOTH)
    expect(sent.body).toMatchObject({ channel: 'email', channels: { sms: { sent: false }, email: { sent: true } } })
    expect((await ann.post('/otp/verify', { code: mail.code() })).body.complete).toBe(true)
    clock.advance(31)
    sms.refuseNext()
    mail.refuseNext()
    expect((await ann.post('/otp/send', BOTH)).body.reason).toBe('delivery_failed')
    expect((await ann.post('/otp/verify', { code: '123456' })).body.reason).toBe('no_pending_challenge')
  })

  it('refuses lists and addresses that do not fit, each by name', async () => {
    const { browser } = await start('any')
    const ann = browser()
    const errors = async (body: object): Promise<unknown> => (await ann.post('/otp/send', body)).body.errors
    expect(await errors({ channels: [], recipients: {} })).toEqual([{ field: 'channels', reason: 'must_be_a_list' }])
    expect(await errors({ channels: ['call'], recipients: { call: PHONE } })).toEqual([{ field: 'channels', reason: 'not_configured' }])
    expect(await errors({ channels: ['sms'] })).toEqual([{ field: 'recipients', reason: 'required' }])
    expect(await errors({ ...BOTH, recipients: { sms: PHONE } })).toEqual([{ field: 'recipients.email', reason: 'required' }])
    expect(await errors({ ...BOTH, recipients: { sms: 'x', email: 'y' } })).toEqual([
      { field: 'recipients.sms', reason: 'invalid_phone_number' },
      { field: 'recipients.email', reason: 'invalid_email_address' },
    ])
    expect(await errors({ ...BOTH, to: MAIL })).toEqual([{ field: 'to', reason: 'not_with_channels' }])
  })
})
