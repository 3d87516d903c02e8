import { describe, expect, it } from 'vitest'
import { LOCALES } from '../../src/channels/messages/locales.js'
import { problemLanguage, problemWords } from '../../src/channels/messages/problem-words.js'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { ANN } from '../security/scenes.js'

const GERMAN = { 'Accept-Language': 'de-CH, fr;q=0.8' }

describe.each(PLACES)('what a person is told of a refusal %s', (place) => {
  it('is a sentence in the language that the browser asks for, with the tries and the time that are left', async () => {
    const { browser, clock, sms } = await openDoor({ place })
    const ann = browser()
    const detail = async (path: string, body: object, headers: Record<string, string> = GERMAN): Promise<unknown> =>
      (await ann.post(path, body, headers)).body.detail
    expect(await detail('/otp/verify', { code: '123456' })).toBe('Es wird kein Code erwartet. Fordern Sie einen neuen an.')
    expect(await detail('/otp/send', { to: '+1206' })).toBe('Die Nummer ist unvollst\u00e4ndig. Beginnen Sie mit + und der Landesvorwahl.')
    await ann.post('/otp/send', { to: ANN })
    clock.advance(2)
    expect(await detail('/otp/send', { to: ANN })).toBe('Zu viele Anfragen. Bitte warten Sie 30 Sekunden.')
    expect(await detail('/otp/send', { to: ANN, locale: 'fr' })).toBe('Trop de demandes. Attendez 30 secondes.')
    const guess = { code: wrong(sms.code()) }
    expect(await detail('/otp/verify', guess)).toBe('Dieser Code ist falsch. Noch 4 Versuche.')
    expect(await detail('/otp/verify', guess, { 'Accept-Language': 'tlh, sw;q=0.5' })).toBe('This code is not right. 3 attempts left.')
    expect(await detail('/otp/verify', guess, { 'Accept-Language': 'zh-TW' })).toBe(
      '\u9a57\u8b49\u78bc\u4e0d\u6b63\u78ba\u3002 \u9084\u53ef\u5617\u8a662\u6b21\u3002',
    )
    expect(await detail('/otp/verify', guess)).toBe('Dieser Code ist falsch. Noch ein Versuch.')
    expect(await detail('/otp/verify', guess)).toBe('Zu viele falsche Codes. Fordern Sie einen neuen an.')
  })

  it('is absent for a program, and changes nothing else', async () => {
    const { browser } = await openDoor({ place })
    const refused = async (headers: Record<string, string>) => await browser().post('/otp/verify', { code: '123456' }, headers)
    const [program, person] = [await refused({}), await refused(GERMAN)]
    expect(program.body).not.toHaveProperty('detail')
    const { detail, ...rest } = person.body
    expect(rest).toEqual(program.body)
    for (const answer of [program, person]) expect(answer.headers.get('vary')).toBe('Origin, Sec-Fetch-Site, Accept-Language')
    expect(detail).toEqual(expect.any(String))
  })
})

describe('the words of problems', () => {
  it.each(LOCALES)('are whole sentences in %s', (name) => {
    const reasons = ['expired', 'too_many_attempts', 'delivery_failed', 'temporarily_unavailable', 'human_check_required'] as const
    const said = [
      ...reasons.map((reason) => problemWords({ reason }, name)),
      ...[0, 1, 2, 3, 5, 10].map((attemptsLeft) => problemWords({ reason: 'invalid_code', attemptsLeft }, name)),
      ...[1, 30, 59, 60, 61, 3600].map((retryAfter) => problemWords({ reason: 'rate_limited', retryAfter }, name)),
      ...['country_not_served', 'not_an_sms_number', 'invalid_email_address', 'unknown_field'].map((reason) =>
        problemWords({ reason: 'invalid_request', errors: [{ field: 'to', reason }] }, name),
      ),
    ]
    for (const one of said) expect(one).toMatch(/^[^{}]{5,120}$/)
    expect(problemWords({ reason: 'rate_limited', retryAfter: 61 }, name)).toBe(
      problemWords({ reason: 'rate_limited', retryAfter: 120 }, name),
    )
  })

  it('T10 say nothing where no person can mend it, nor for a name that only objects have', () => {
    expect(problemWords({ reason: 'cross_site' }, 'en')).toBeUndefined()
    expect(problemWords({ reason: 'invalid_request', errors: [{ field: 'to', reason: 'constructor' }] }, 'en')).toBe(
      'Please check what you typed.',
    )
  })

  it.each<[unknown, unknown, string | undefined]>([
    [undefined, undefined, undefined],
    [undefined, '*', undefined],
    [undefined, '', undefined],
    [7, ['de'], undefined],
    ['pt-BR', 'de', 'pt-BR'],
    [undefined, 'no', 'nb'],
    [undefined, 'xx, de', 'de'],
    [undefined, 'xx', 'en'],
    ['../../etc', 'x'.repeat(9000), 'en'],
  ])('for %j and %j are in %j', (locale, header, name) => {
    expect(problemLanguage(locale, header)).toBe(name)
  })
})
