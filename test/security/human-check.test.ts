import type { FindRecipient, Limits } from 'express-otp'
import type { ChallengeHuman, SessionRouterOptions } from 'express-otp/express'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Answer, type DoorAppOptions, openDoor, PLACES } from '../helpers/door-app.js'
import { openCheckedDoor } from './human-scene.js'
import { ANN, numbers } from './scenes.js'

describe.each(PLACES)('human checks %s', (place) => {
  it('T30 ask where an address has used its part of the sends to a recipient, and add one', async () => {
    const { asked, sends, sms, browser } = await openCheckedDoor({}, { place })
    expect(await sends([ANN, ANN, ANN])).toEqual(['sent', 'sent', 'sent'])
    const refused = await browser().post('/otp/send', { to: ANN })
    expect([refused.status, refused.body.reason]).toEqual([403, 'human_check_required'])
    // It is not about waiting.
    expect([refused.body.retryAfter, refused.headers.get('retry-after')]).toEqual([undefined, null])
    expect(asked).toEqual([])
    expect(await sends([ANN], 'robot')).toEqual(['human_check_required'])
    expect(await sends([ANN], 'person')).toEqual(['sent'])
    const question = { reason: 'recipient_block', to: '+1206\u2022\u2022\u20220123' }
    expect(asked).toEqual([
      { ...question, response: 'robot' },
      { ...question, response: 'person' },
    ])
    expect(sms.messages).toHaveLength(4)
    // However many are solved: one place more than the limit, and no second one.
    expect(await sends([ANN, ANN], 'person')).toEqual(['rate_limited', 'rate_limited'])
    expect(sms.messages).toHaveLength(4)
  })

  it('T30 ask for a resend as well, which keeps the challenge', async () => {
    const { browser, clock, sms } = await openCheckedDoor({ recipientSendsPerHourFromOneBlock: 1 }, { place })
    const ann = browser()
    const first = await ann.post('/otp/send', { to: ANN })
    clock.advance(30)
    expect((await ann.post('/otp/resend')).body.reason).toBe('human_check_required')
    expect((await ann.post('/otp/resend', { human: 'person' })).body).toMatchObject({ status: 'sent', id: first.body.id })
    expect((await ann.post('/otp/verify', { code: sms.code() })).body.status).toBe('verified')
  })

  it('ask nothing as long as no limit refuses', async () => {
    const { asked, sends } = await openCheckedDoor({}, { place })
    expect(await sends([ANN], 'person')).toEqual(['sent'])
    expect(asked).toEqual([])
  })

  it.each<[string, Partial<Limits>, readonly string[]]>([
    ['block_sends', { blockSendsPerHour: 1 }, numbers(3)],
    ['block_recipients', { blockRecipientsPerHour: 1 }, numbers(3)],
  ])('T30 ask where an address has used up %s, and add one', async (reason, limits, to) => {
    const { asked, sends } = await openCheckedDoor(limits, { place })
    expect(await sends(to, 'person')).toEqual(['sent', 'sent', 'rate_limited'])
    expect(asked.map((question) => question.reason)).toEqual([reason, reason])
  })

  it.each(['pumping_country', 'pumping_block'] as const)('T29 T30 ask where %s is used up, and add as many again', async (reason) => {
    const guard = reason === 'pumping_country' ? { floorPerHour: 2 } : { blockFloorPerHour: 2 }
    const { asked, sends } = await openCheckedDoor({}, { place, otp: { guard } })
    expect(await sends(numbers(3))).toEqual(['sent', 'sent', 'human_check_required'])
    expect(await sends(numbers(4), 'person')).toEqual(['sent', 'sent', 'rate_limited', 'rate_limited'])
    expect(asked.map((question) => question.reason)).toEqual(Array(4).fill(reason))
  })

  it('T29 T30 one token is asked about once, whatever number of limits refuse', async () => {
    const limits = { recipientSendsPerHourFromOneBlock: 1, blockSendsPerHour: 1 }
    const { asked, sends } = await openCheckedDoor(limits, { place, otp: { guard: { floorPerHour: 1, blockFloorPerHour: 1 } } })
    expect(await sends([ANN, ANN], 'person')).toEqual(['sent', 'sent'])
    expect(asked).toHaveLength(1)
  })

  it('T30 with `challengeHumanOn` ask for these limits and no others', async () => {
    const router: SessionRouterOptions = { challengeHumanOn: ['recipient_hour', 'block_calling_codes'] }
    const limits = { recipientSendsPerHour: 2, recipientSendsPerHourFromOneBlock: 3, blockCallingCodesPerHour: 1 }
    const { asked, sends } = await openCheckedDoor(limits, { place, router })
    expect(await sends([ANN, ANN, ANN, ANN], 'person')).toEqual(['sent', 'sent', 'sent', 'rate_limited'])
    expect(await sends(['+33612345678', '+491701234567'], 'person')).toEqual(['sent', 'rate_limited'])
    const all = asked.map(({ reason }) => reason)
    expect(all).toEqual(['recipient_hour', 'recipient_hour', 'block_calling_codes', 'block_calling_codes'])
    // A limit that is not named: no check makes room.
    const closed = await openCheckedDoor({ recipientSendsPerHourFromOneBlock: 1 }, { place, router })
    expect(await closed.sends([ANN, ANN], 'person')).toEqual(['sent', 'rate_limited'])
    expect(closed.asked).toEqual([])
  })

  it.each<[string, Partial<Limits>, NonNullable<DoorAppOptions['otp']>]>([
    ['the cooldown', { cooldownSeconds: [3600] }, {}],
    ['the sends of a day', { recipientSendsPerDay: 1 }, {}],
    ['the sends of a day in all', { recipientSendsPerDayInAll: 1 }, {}],
    ['the hour of a recipient, unless it is named', { recipientSendsPerHour: 1 }, {}],
    ['the paid messages of an hour', {}, { guard: { paidPerHour: 1 } }],
    ['a ceiling of money', {}, { prices: { sms: { default: '1' } }, spendCap: { perHour: '1' } }],
    ['the ceiling of a tenant', {}, { prices: { sms: { default: '1' } }, spendCap: { perTenant: { perDay: '1' } } }],
  ])('T30 never go beyond %s', async (_what, limits, otp) => {
    const { asked, sends } = await openCheckedDoor(limits, { place, otp })
    expect(await sends([ANN, ANN], 'person')).toEqual(['sent', 'rate_limited'])
    expect(asked).toEqual([])
  })

  it('T07 T30 never end a pause, and give no fourth pending challenge', async () => {
    const { asked, browser, clock, sends } = await openCheckedDoor(
      { failuresBeforePause: 1, pauseSeconds: 3600, pendingPerRecipient: 1, recipientSendsPerHourFromOneBlock: 1 },
      { place },
    )
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    clock.advance(30)
    const another = await browser().post('/otp/send', { to: ANN, human: 'person' })
    expect([another.status, another.body.reason, asked.length]).toEqual([429, 'rate_limited', 1])
    await ann.post('/otp/verify', { code: '000000' })
    clock.advance(301)
    expect(await sends([ANN], 'person')).toEqual(['rate_limited'])
    expect(asked).toHaveLength(1)
  })

  it.each<[string, ChallengeHuman]>([
    ['says what is not `true`', () => Object({ success: false })],
    ['says nothing', () => Object(undefined)],
    [
      'throws',
      () => {
        throw new Error('vendor')
      },
    ],
    ['rejects', () => Promise.reject(new Error('vendor'))],
  ])('T30 a hook that %s is a no', async (what, says) => {
    const { otp, sends } = await openCheckedDoor({ recipientSendsPerHourFromOneBlock: 1 }, { place }, says)
    const heard: unknown[] = []
    otp.on('unavailable', (event) => void heard.push(event))
    expect(await sends([ANN, ANN], 'person')).toEqual(['sent', 'human_check_required'])
    const failed = what === 'throws' || what === 'rejects'
    expect(heard).toEqual(failed ? [{ during: 'human_check', code: 'ERR_OTP_STORE', cause: new Error('vendor') }] : [])
  })

  it('T43 the field is unknown without the option, and refused where it is no text of 2048 characters at most', async () => {
    const { browser } = await openDoor({ place })
    const errorsOf = async (answer: Promise<Answer>): Promise<unknown> => (await answer).body.errors
    const field = 'human'
    for (const path of ['/otp/send', '/otp/resend']) {
      expect(await errorsOf(browser().post(path, { human: 'person' }))).toEqual([{ field, reason: 'unknown_field' }])
    }
    const checked = await openCheckedDoor({}, { place })
    const send = (human: unknown): Promise<Answer> => checked.browser().post('/otp/send', { to: ANN, human })
    expect(await errorsOf(send('x'.repeat(2049)))).toEqual([{ field, reason: 'too_long' }])
    expect(await errorsOf(send({ token: 'person' }))).toEqual([{ field, reason: 'must_be_text' }])
    expect((await send('x'.repeat(2048))).body.status).toBe('sent')
  })

  it('are shown to a form by the page, which sends an empty field until something is solved', async () => {
    const { browser, clock } = await openCheckedDoor(
      { recipientSendsPerHourFromOneBlock: 1 },
      { place, router: { forms: { page: '/login' } } },
    )
    const FORM = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' }
    const went = async (human: string): Promise<string | null> => {
      const answer = await browser().post('/otp/send', new URLSearchParams({ to: ANN, human }).toString(), FORM)
      clock.advance(301)
      return answer.headers.get('location')
    }
    expect([await went(''), await went(''), await went('person')]).toEqual(['/login', '/login?otp=human_check_required', '/login'])
  })

  it('T31 ask those who are known and those who are not alike', async () => {
    const [known = '', unknown = ''] = numbers(2)
    const findRecipient: FindRecipient = ({ to }) => to === known
    const otp = { recipients: 'known-only', delivery: 'background', findRecipient, guard: { floorPerHour: 1 } } as const
    const { asked, browser, clock, sends, sms } = await openCheckedDoor({ recipientSendsPerHourFromOneBlock: 2 }, { place, otp })
    for (const to of [known, unknown]) {
      expect((await browser().post('/otp/send', { to })).body.status).toBe('sent')
      // It goes out behind the answer, and not at all once its code has expired.
      await vi.waitFor(() => expect(sms.messages.map((message) => message.to)).toEqual([known]))
      clock.advance(301)
      expect(await sends([to, to])).toEqual(['sent', 'human_check_required'])
      expect(await sends([to, to], 'person')).toEqual(['sent', 'rate_limited'])
    }
    // Nor do budgets ask, which decoys take nothing of.
    expect(asked.map(({ reason }) => reason)).toEqual(new Array(4).fill('recipient_block'))
  })

  it('T65 leave no token in an event, an answer or a session', async () => {
    const { browser, clock, otp } = await openCheckedDoor(
      { recipientSendsPerHourFromOneBlock: 1 },
      { place, routes: (app) => app.get('/session', (req, res) => void res.json(req.session)) },
      ({ response }) => response === 'token-2',
    )
    const seen: unknown[] = []
    for (const name of ['issued', 'sent', 'send_refused', 'decided', 'unavailable', 'budget'] as const) {
      otp.on(name, (event) => void seen.push(event))
    }
    const ann = browser()
    for (const human of ['token-0', 'token-1', 'token-2']) {
      const { text, headers } = await ann.post('/otp/send', { to: ANN, human })
      seen.push(text, [...headers])
      clock.advance(301)
    }
    seen.push((await ann.get('/session')).text)
    expect(seen.length).toBeGreaterThan(10)
    expect(JSON.stringify(seen)).not.toContain('token')
  })

  it('T65 tell an operator of a refusal that stands, and of none that a person went beyond', async () => {
    const { otp, sends } = await openCheckedDoor({ recipientSendsPerHourFromOneBlock: 1 }, { place })
    const limits: unknown[] = []
    otp.on('send_refused', ({ limit }) => void limits.push(limit))
    await sends([ANN, ANN], 'person')
    expect(limits).toEqual([])
    await sends([ANN], 'robot')
    expect(limits).toEqual(['recipient_block'])
  })
})

it('T30 a hook that does not answer within 5 s is a no', async () => {
  const { humanCheck } = await import('../../src/express/human-check.js')
  const { readFields } = await import('../../src/session/fields.js')
  const { otp } = await openCheckedDoor({})
  const heard: unknown[] = []
  otp.on('unavailable', (event) => void heard.push(event))
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const policy = { challengeHuman: () => new Promise<boolean>(() => undefined), challengeHumanOn: ['block_sends'] } as const
  const check = humanCheck(otp, policy, readFields(new Map([['human', 'person']]), ['human']), Object({}))
  const answer = check?.appeal({ limit: 'block_sends', to: '' })
  await vi.advanceTimersByTimeAsync(4999)
  expect(heard).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(await answer).toBe(false)
  expect(heard).toEqual([{ during: 'human_check', code: 'ERR_OTP_STORE', cause: undefined }])
})
