import { describe, expect, it } from 'vitest'
import { GENERATED } from './fixtures/octopush.js'
import { desk, KEY, LOGIN, SECRET } from './octopush-desk.js'

const NUMBER = '+33611223344'
const WEAK = { ...KEY, rights: ['send', 'verify', 'weakCodes'] } as const

const wrong = (left: number): object => ({
  status: 400,
  body: { code: 199, message: 'Wrong OTP code.', remaining_number_of_attempts: left },
})
const success = { status: 200, body: { code: 0, message: 'success' } }
const failed = (code: number): object => ({ status: 400, body: { code } })

describe('generate', () => {
  it.each(GENERATED)('[D][D2] sends the code as in $title', async ({ at, chance, request, sms, weakCodes }) => {
    const app = desk({ chance, ...(at === undefined ? {} : { start: at }), ...(weakCodes === true ? { keys: [WEAK] } : {}) })
    const { status, body } = await app.generate(request)
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(['code', 'message', 'ticket_number', 'otp_request_token'])
    expect(app.sms.messages).toHaveLength(1)
    expect(app.sms.last()).toMatchObject(sms)
    await expect(app.validate({ otp_request_token: body.otp_request_token, code: app.sms.code() })).resolves.toMatchObject(success)
  })

  it('[O] tells the time of expiry in the zone of the option', async () => {
    const app = desk({ start: Date.UTC(2026, 0, 1, 12), dialect: { timeZone: 'Europe/Paris' } })
    await app.token({ text: '{code} until {hh:mm:ss}' })
    expect(app.sms.last()?.text).toMatch(/^[0-9]{6} until 13:05:00$/)
  })

  it('[D] calls for voice_sms, in the voice asked for', async () => {
    const app = desk()
    const token = await app.token({ channel: 'voice_sms', voice_language: 'fr-FR', voice_gender: 'male' })
    expect(app.sms.messages).toHaveLength(0)
    expect(app.call.last()?.speech).toMatchObject({ language: 'fr-FR', gender: 'male' })
    await expect(app.validate({ otp_request_token: token, code: app.call.code() })).resolves.toMatchObject(success)
  })

  it.each(['whatsapp', 'email', 'imessage', 'pigeon'])('[D] sends by SMS where channel %s is not to be had', async (channel) => {
    const app = desk()
    await app.token({ channel })
    expect(app.sms.messages).toHaveLength(1)
  })

  it.each([
    [{}, 110],
    [{ phone_number: null }, 110],
    [{ phone_number: ' ' }, 110],
    [{ phone_number: '+33' }, 117],
    [{ phone_number: '0611223344' }, 117],
    [{ phone_number: 'ann@example.org' }, 117],
    [{ phone_number: ['+33611223344'] }, 117],
    [{ phone_number: true }, 117],
    [{ phone_number: 33_611_223_344 }, 117],
    [{ phone_number: NUMBER, text: 'x'.repeat(1225) }, 102],
    [{ phone_number: NUMBER, text: '\u4e2d'.repeat(1224) }, 102],
    [{ phone_number: NUMBER, text: '\u20ac'.repeat(1224) }, 102],
  ])('[O] refuses %j with its number', async (request, code) => {
    const app = desk()
    await expect(app.generate(request)).resolves.toMatchObject(failed(code))
    expect(app.sms.messages).toHaveLength(0)
  })

  it('[D] takes a text of 1224 characters, which the code follows where it is not in it', async () => {
    for (const [text, between] of [
      ['x'.repeat(1224), ' '],
      [`${'x'.repeat(1218)}{code}`, ''],
    ] as const) {
      const app = desk()
      await app.token({ text })
      expect(app.sms.last()?.text).toBe(`${text.replace('{code}', '')}${between}${app.sms.code()}`)
    }
  })

  it.each([
    ['no body', ''],
    ['half a body', '{"phone_number":'],
    ['an array', '[]'],
    ['a text', '"+33611223344"'],
    ['null', 'null'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('[O] answers %s with 100', async (_what, body) => {
    const app = desk()
    await expect(app.ask('POST', '/v1/public/service/otp/generate', body)).resolves.toMatchObject(failed(100))
    await expect(app.ask('PUT', '/v1/public/service/otp/validate', body)).resolves.toMatchObject(failed(100))
  })

  it.each([
    ['phone_number', `${NUMBER}\r\nBcc: x`],
    ['text', 'Your code\u0000 {code}'],
    ['text', '\u202e{code}'],
    ['text', 'lone \ud800 {code}'],
    ['sender', 'Ac\u0007me'],
    ['recipient_ip', '203.0.113.9\n'],
    ['unknown_field', '\u2028'],
  ])('T41 a control character or override in %s is refused before anything is sent', async (field, value) => {
    const app = desk()
    await expect(app.generate({ phone_number: NUMBER, [field]: value })).resolves.toMatchObject(failed(100))
    expect(app.sms.messages).toHaveLength(0)
  })

  it('T68 cuts what a key without the right weakCodes may not have', async () => {
    const app = desk()
    const token = await app.token({
      code_length: 4,
      allow_upper_case: true,
      allow_digits: false,
      validity_period: 86_400,
      text: '{code} {hh:mm:ss}',
    })
    expect(app.sms.last()?.text).toMatch(/^[0-9]{6} 00:10:00$/)
    app.clock.advance(600)
    await expect(app.validate({ otp_request_token: token, code: app.sms.code() })).resolves.toMatchObject(failed(197))
  })

  it('T68 gives a key with the right short codes, for three guesses at most', async () => {
    const app = desk({ keys: [WEAK] })
    const token = await app.token({ code_length: 4, max_wrong_attempts: 10, validity_period: 86_400 })
    expect(app.sms.code()).toMatch(/^[0-9]{4}$/)
    await expect(app.validate({ otp_request_token: token, code: 'ABCD' })).resolves.toMatchObject(wrong(2))
  })

  it('T68 returns no code, whatever flag asks for it', async () => {
    const app = desk({ chance: [493_027] })
    const { body } = await app.generate({ phone_number: NUMBER, sandbox: true, sandbox_mode: true, simulation_mode: true, code: '111111' })
    expect(JSON.stringify(body)).not.toContain('493027')
    expect(app.sms.code()).toBe('493027')
  })

  it('T27 tells the limit of a recipient as 128 with Retry-After', async () => {
    const app = desk()
    await app.token()
    await expect(app.generate({ phone_number: NUMBER })).resolves.toMatchObject({
      status: 429,
      headers: { 'Retry-After': '30' },
      body: { code: 128 },
    })
  })

  it('[D] counts a recipient_ip as the address of the end user', async () => {
    const app = desk({ otp: { limits: { blockSendsPerHour: 1 } } })
    await app.token({ recipient_ip: '203.0.113.9' })
    await expect(app.generate({ phone_number: '+33611223345', recipient_ip: '203.0.113.9' })).resolves.toMatchObject({ status: 429 })
    await app.token({ phone_number: '+33611223346', recipient_ip: '203.0.113.10' })
  })

  it('[O] tells a delivery that failed as 500 with 125', async () => {
    const app = desk()
    app.sms.refuseNext()
    await expect(app.generate({ phone_number: NUMBER })).resolves.toMatchObject({ status: 500, body: { code: 125 } })
  })
})

describe('validate', () => {
  it('[D2] counts down from max_wrong_attempts with 199, then says 196, also of the right code and after expiry', async () => {
    const app = desk({ chance: [493_027] })
    const otp_request_token = await app.token()
    for (const left of [2, 1, 0]) await expect(app.validate({ otp_request_token, code: '111111' })).resolves.toMatchObject(wrong(left))
    await expect(app.validate({ otp_request_token, code: '111111' })).resolves.toMatchObject(failed(196))
    await expect(app.validate({ otp_request_token, code: '493027' })).resolves.toMatchObject(failed(196))
    app.clock.advance(301)
    await expect(app.validate({ otp_request_token, code: '493027' })).resolves.toMatchObject(failed(196))
    app.clock.advance(86_000)
    await expect(app.validate({ otp_request_token, code: '493027' })).resolves.toMatchObject(failed(196))
  })

  it('[D2] says 199 with what is left after the call', async () => {
    const app = desk()
    const otp_request_token = await app.token({ max_wrong_attempts: '5' })
    await expect(app.validate({ otp_request_token, code: 'wrong!' })).resolves.toEqual({
      status: 400,
      headers: {},
      body: { code: 199, message: 'Wrong OTP code.', remaining_number_of_attempts: 4 },
    })
  })

  it('[O] consumes a request by its success: 198 from then on, also after expiry', async () => {
    const app = desk()
    const otp_request_token = await app.token()
    const guess = { otp_request_token, code: app.sms.code() }
    await expect(app.validate(guess)).resolves.toEqual({ status: 200, headers: {}, body: { code: 0, message: 'success' } })
    await expect(app.validate(guess)).resolves.toMatchObject(failed(198))
    app.clock.advance(301)
    await expect(app.validate(guess)).resolves.toMatchObject(failed(198))
  })

  it('[D2] says 197 after the validity period, for a day', async () => {
    const app = desk()
    const guess = { otp_request_token: await app.token({ validity_period: '60' }), code: app.sms.code() }
    app.clock.advance(60)
    await expect(app.validate(guess)).resolves.toMatchObject(failed(197))
    app.clock.advance(86_399)
    await expect(app.validate(guess)).resolves.toMatchObject(failed(197))
    app.clock.advance(2)
    await expect(app.validate(guess)).resolves.toMatchObject(failed(198))
  })

  it('[O] takes POST as well as PUT', async () => {
    const app = desk()
    const guess = { otp_request_token: await app.token(), code: app.sms.code() }
    await expect(app.ask('POST', '/v1/public/service/otp/validate', guess)).resolves.toMatchObject(success)
  })

  it('[O] trims blanks around a code and compares the rest with its case', async () => {
    const app = desk({ keys: [WEAK] })
    const otp_request_token = await app.token({ allow_digits: false, allow_lower_case: true })
    const code = app.sms.code()
    await expect(app.validate({ otp_request_token, code: code.toUpperCase() })).resolves.toMatchObject(wrong(2))
    await expect(app.validate({ otp_request_token, code: `  ${code} ` })).resolves.toMatchObject(success)
  })

  it.each([
    [{ code: '493027' }, 194],
    [{}, 194],
    [{ otp_request_token: '', phone_number: null, code: '493027' }, 194],
    [{ otp_request_token: 'otp_4be1c09d27fa6613c58e0a9d' }, 195],
    [{ otp_request_token: 'otp_4be1c09d27fa6613c58e0a9d', code: ' ' }, 195],
    [{ otp_request_token: 'otp_4be1c09d27fa6613c58e0a9d', code: '493027' }, 198],
    [{ otp_request_token: 'otp_4BE1C09D27FA6613C58E0A9D', code: '493027' }, 198],
    [{ otp_request_token: 7, code: '493027' }, 198],
    [{ otp_request_token: ['otp_4be1c09d27fa6613c58e0a9d'], code: '493027' }, 198],
    [{ phone_number: NUMBER, code: '493027' }, 198],
    [{ phone_number: 'nobody', code: '493027' }, 198],
    [{ phone_number: { $ne: 1 }, code: '493027' }, 198],
  ])('[D2] answers %j with its number', async (request, code) => {
    await expect(desk().validate(request)).resolves.toMatchObject(failed(code))
  })

  it.each([true, 0, 493_027, null, [], ['493027'], { $ne: 1 }, '', ' '])('T36 a code %j is missing, and costs nothing', async (code) => {
    const app = desk({ chance: [493_027] })
    const otp_request_token = await app.token()
    await expect(app.validate({ otp_request_token, code })).resolves.toMatchObject(failed(195))
    await expect(app.validate({ otp_request_token, code: '111111' })).resolves.toMatchObject(wrong(2))
  })

  it.each(['1e5', '0x1', '123456abc', '12345', '1234567', '493027!'])('T37 a misfit such as %s is wrong, and charged', async (code) => {
    const app = desk({ chance: [493_027] })
    const otp_request_token = await app.token()
    await expect(app.validate({ otp_request_token, code })).resolves.toMatchObject(wrong(2))
  })

  it.each(['493027\n', '493027\u0000', '4930\u200f27', '+493027', '4'.repeat(65)])(
    'T37 what no code is made of costs nothing: %j',
    async (code) => {
      const app = desk({ chance: [493_027] })
      const otp_request_token = await app.token()
      await expect(app.validate({ otp_request_token, code })).resolves.toMatchObject(failed(100))
      await expect(app.validate({ otp_request_token, code: '111111' })).resolves.toMatchObject(wrong(2))
    },
  )

  it('[O] lets the token decide where a number is named too, and knows no token of another number', async () => {
    const app = desk({ chance: [493_027] })
    const otp_request_token = await app.token()
    const guess = { otp_request_token, code: '493027' }
    for (const phone_number of ['+33611223345', 'nobody', 33_611_223_344, ['+33611223344']]) {
      await expect(app.validate({ ...guess, phone_number })).resolves.toMatchObject(failed(198))
    }
    await expect(app.validate({ ...guess, phone_number: '+33 6 11 22 33 44' })).resolves.toMatchObject(success)
  })

  it('T10 says the same of right and wrong codes during a pause', async () => {
    const app = desk({ chance: [493_027], otp: { limits: { failuresBeforePause: 2 } } })
    const otp_request_token = await app.token()
    await app.validate({ otp_request_token, code: '111111' })
    await app.validate({ otp_request_token, code: '111111' })
    const answers = [await app.validate({ otp_request_token, code: '111111' }), await app.validate({ otp_request_token, code: '493027' })]
    expect(answers[0]).toMatchObject({ status: 429, body: { code: 128 } })
    expect(answers[1]).toEqual(answers[0])
  })
})

describe('validate by number alone', () => {
  it('T11 looks at the newest request that was not used, and at no other', async () => {
    const app = desk()
    const first = await app.token()
    const codes = [app.sms.code()]
    for (const seconds of [30, 60]) {
      app.clock.advance(seconds)
      await app.token()
      codes.push(app.sms.code())
    }
    const [oldest, middle, newest] = codes
    expect(new Set(codes).size).toBe(3)
    await expect(app.validate({ phone_number: NUMBER, code: oldest })).resolves.toMatchObject(wrong(2))
    await expect(app.validate({ phone_number: NUMBER, code: newest })).resolves.toMatchObject(success)
    await expect(app.validate({ phone_number: NUMBER, code: newest })).resolves.toMatchObject(wrong(2))
    await expect(app.validate({ phone_number: NUMBER, code: middle })).resolves.toMatchObject(success)
    await expect(app.validate({ otp_request_token: first, code: oldest })).resolves.toMatchObject(success)
    await expect(app.validate({ phone_number: NUMBER, code: oldest })).resolves.toMatchObject(failed(198))
  })

  it('[O] skips a used request without a charge', async () => {
    const app = desk({ chance: [111_111, 222_222] })
    await app.token()
    const [older] = [app.sms.code()]
    app.clock.advance(30)
    const newer = await app.token()
    await expect(app.validate({ otp_request_token: newer, code: app.sms.code() })).resolves.toMatchObject(success)
    await expect(app.validate({ phone_number: NUMBER, code: '999999' })).resolves.toMatchObject(wrong(2))
    await expect(app.validate({ phone_number: NUMBER, code: older })).resolves.toMatchObject(success)
  })

  it('[O] says 197 and 196 of the newest request', async () => {
    const app = desk({ chance: [493_027] })
    await app.token({ max_wrong_attempts: 1, validity_period: 600 })
    app.clock.advance(30)
    await app.token({ max_wrong_attempts: 1, validity_period: 60 })
    await expect(app.validate({ phone_number: NUMBER, code: '111111' })).resolves.toMatchObject(wrong(0))
    await expect(app.validate({ phone_number: NUMBER, code: '493027' })).resolves.toMatchObject(failed(196))
    app.clock.advance(60)
    await app.token({ validity_period: 3 })
    app.clock.advance(4)
    await expect(app.validate({ phone_number: NUMBER, code: '493027' })).resolves.toMatchObject(failed(197))
  })
})

describe('recipient_ip', () => {
  it.each([
    ['another one', '203.0.113.10'],
    ['none', undefined],
    ['no address at all', 'home'],
    ['a number', 3_405_803_785],
  ])('[O] makes a code wrong, and charged, that comes from %s', async (_what, recipient_ip) => {
    const app = desk({ chance: [493_027] })
    const guess = { otp_request_token: await app.token({ recipient_ip: '203.0.113.9' }), code: '493027' }
    await expect(app.validate({ ...guess, recipient_ip })).resolves.toMatchObject(wrong(2))
    await expect(app.validate({ ...guess, recipient_ip: '203.0.113.9' })).resolves.toMatchObject(success)
  })

  it('[O] is the same in every spelling', async () => {
    const app = desk()
    const guess = { otp_request_token: await app.token({ recipient_ip: '2001:db8:0:1::5' }), code: app.sms.code() }
    await expect(app.validate({ ...guess, recipient_ip: '2001:0DB8:0000:0001:0:0:0:5' })).resolves.toMatchObject(success)
  })

  it('[O] is not looked at where the option says so, or where the request had none', async () => {
    const lenient = desk({ dialect: { checkRecipientIp: false } })
    const guess = { otp_request_token: await lenient.token({ recipient_ip: '203.0.113.9' }), code: lenient.sms.code() }
    await expect(lenient.validate(guess)).resolves.toMatchObject(success)
    const strict = desk()
    const other = { otp_request_token: await strict.token({ recipient_ip: 'home' }), code: strict.sms.code() }
    await expect(strict.validate({ ...other, recipient_ip: '203.0.113.9' })).resolves.toMatchObject(success)
  })
})

describe('accounts', () => {
  it.each([
    [{ 'api-login': LOGIN, 'api-key': 'k-4321-0123456789' }, 101],
    [{ 'api-login': 'ann@example.org', 'api-key': SECRET }, 101],
    [{ 'api-key': SECRET }, 108],
    [{}, 108],
    [{ 'api-login': LOGIN }, 109],
    [{ 'api-login': LOGIN, 'api-key': '' }, 109],
  ])('T67 [D] answers 401 to %j', async (headers: Record<string, string>, code) => {
    const app = desk()
    const answer = await app.ask('POST', '/v1/public/service/otp/generate', { phone_number: NUMBER }, headers)
    expect(answer).toMatchObject({ status: 401, body: { code } })
    expect(app.sms.messages).toHaveLength(0)
  })

  it('T67 looks at the key before the body, and limits failures of an address', async () => {
    const app = desk()
    const guess = (): ReturnType<typeof app.ask> =>
      app.ask('PUT', '/v1/public/service/otp/validate', 'not json', { 'api-login': LOGIN, 'api-key': 'x' })
    for (let count = 0; count < 30; count++) await expect(guess()).resolves.toMatchObject({ status: 401, body: { code: 101 } })
    await expect(guess()).resolves.toMatchObject({ status: 429, body: { code: 128 } })
    await app.token()
  })

  it('[D] answers 403 with 113 where the key has not the right', async () => {
    const app = desk({ keys: [{ ...KEY, rights: ['verify'] }] })
    await expect(app.generate({ phone_number: NUMBER })).resolves.toMatchObject({ status: 403, body: { code: 113 } })
    const sender = desk({ keys: [{ ...KEY, rights: ['send'] }] })
    const guess = { otp_request_token: await sender.token(), code: sender.sms.code() }
    await expect(sender.validate(guess)).resolves.toMatchObject({ status: 403, body: { code: 113 } })
  })

  it('[O] answers 403 with 113 where the key has no channel for it', async () => {
    const app = desk({ keys: [{ ...KEY, channels: ['email'] }] })
    await expect(app.generate({ phone_number: NUMBER })).resolves.toMatchObject({ status: 400, body: { code: 117 } })
    const caller = desk({ keys: [{ ...KEY, channels: ['call'] }] })
    await expect(caller.generate({ phone_number: NUMBER })).resolves.toMatchObject({ status: 403, body: { code: 113 } })
    await caller.token({ channel: 'voice_sms' })
  })

  it('T67 knows no token and no number of another account, and charges it nothing', async () => {
    const other = { id: 'other', secret: 'k-9999-0123456789', login: 'bob@example.org', tenant: 'other' }
    const app = desk({ keys: [KEY, other], chance: [493_027] })
    const bob = app.as('bob@example.org', other.secret)
    const otp_request_token = await app.token()
    for (const code of ['111111', '493027']) {
      await expect(bob.validate({ otp_request_token, code })).resolves.toMatchObject(failed(198))
      await expect(bob.validate({ phone_number: NUMBER, code })).resolves.toMatchObject(failed(198))
    }
    await expect(app.validate({ otp_request_token, code: '111111' })).resolves.toMatchObject(wrong(2))
    await expect(app.validate({ otp_request_token, code: '493027' })).resolves.toMatchObject(success)
  })

  it('compares logins without case', async () => {
    const app = desk()
    await expect(app.as('Ops@Example.org', SECRET).generate({ phone_number: NUMBER })).resolves.toMatchObject({ status: 200 })
  })
})
