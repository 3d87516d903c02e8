import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { callChannel } from 'express-otp/channels/call'
import { type VonageTransportOptions, vonageTransport } from 'express-otp/transports/vonage'
import { describe, expect, it } from 'vitest'
import { LOCALES } from '../../src/channels/messages/locales.js'
import { openSpeech } from '../../src/transports/sealed-speech.js'
import { readXml, textOf } from './read-xml.js'
import { failureOf, message, patient } from './sample-message.js'
import { OCTOPUSH_VOICES, speech, WORDING } from './sample-speech.js'
import { answering, documentedPairs, fixtureCases, formOf, HOSTILE, type VendorUnderTest, vendorTrouble } from './vendor-cases.js'
import { onlyRequest } from './vendor-stub.js'

const pem = { type: 'pkcs8', format: 'pem' } as const
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: pem,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const sms = { apiKey: 'abcd1234', apiSecret: 'example-api-secret', from: 'AcmeInc' }
const voice = { applicationId: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab', privateKey, callFrom: '+14155550101' }
const options = { ...sms, ...voice, styles: { 'en-GB': { male: 3 } } }
const smsTaken = { status: 200, json: { 'message-count': '1', messages: [{ status: '0', 'message-id': '0A0000000123ABCD1' }] } }
const callTaken = { status: 201, json: { uuid: '63f61863-4a51-4f6b-86e1-46edebcf9356', status: 'started' } }

const vendor: VendorUnderTest = {
  name: 'vonage',
  // What fixtures hold are options of this transport.
  make: (given) => vonageTransport(given as unknown as VonageTransportOptions),
  options,
  message: { channel: 'sms', to: '+447700900000', text: 'Your Acme code: 482913' },
  taken: smsTaken,
  bodyDecides: true,
  secrets: [options.apiSecret, options.privateKey],
}

documentedPairs(vendor, fixtureCases('vonage.json'))
vendorTrouble(vendor)
vendorTrouble({ ...vendor, message: { channel: 'call', to: '+14155550100', speech: speech() }, taken: callTaken, bodyDecides: false })

const call = (differing: Parameters<typeof speech>[0] = {}) => message({ channel: 'call', to: '+14155550100', speech: speech(differing) })

/** Languages of Vonage's voices: https://developer.vonage.com/en/voice/voice-api/guides/text-to-speech, and `TTSLanguages` of its Node library. */
const VONAGE_LANGUAGES =
  'ar ca-ES cmn-CN cmn-TW cs-CZ cy-GB da-DK de-DE el-GR en-AU en-GB en-GB-WLS en-IN en-US en-ZA es-ES es-MX es-US eu-ES fi-FI fil-PH fr-CA ' +
  'fr-FR he-IL hi-IN hu-HU id-ID is-IS it-IT ja-JP ko-KR nb-NO nl-NL no-NO pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sv-SE th-TH tr-TR uk-UA vi-VN yue-CN'

describe('vonageTransport', () => {
  it.each(OCTOPUSH_VOICES)('speaks %s, %s, in a language that Vonage has, in the style chosen for the gender', async (language, gender) => {
    const stub = await answering(201, callTaken.json)
    const spoken = language === 'es-LA' ? 'es-US' : language
    const transport = vonageTransport({ ...voice, styles: { [spoken]: { female: 4, male: 5 } }, baseUrl: stub.url })
    await transport.deliver(call({ language, gender }), patient)
    const [talk] = JSON.parse(onlyRequest(stub).body).ncco
    expect(talk).toMatchObject({ language: spoken, style: gender === 'female' ? 4 : 5 })
    expect(VONAGE_LANGUAGES.split(' ')).toContain(talk.language)
  })

  // Chinese and Arabic went out as zh-CN, zh-TW and ar-SA, which Vonage does not have.
  it.each(LOCALES)('speaks the voice of the call channel for %s in a language that Vonage has', async (locale) => {
    const stub = await answering(201, callTaken.json)
    const transport = vonageTransport({ ...voice, baseUrl: stub.url })
    const { speech: said } = callChannel({ transport, requireKeypress: false }).word({ ...WORDING, locale })
    await transport.deliver(message({ channel: 'call', to: '+14155550100', speech: said }), patient)
    expect(VONAGE_LANGUAGES.split(' ')).toContain(JSON.parse(onlyRequest(stub).body).ncco[0].language)
  })

  it('takes a style by either spelling of a language', async () => {
    const stub = await answering(201, callTaken.json)
    const styles = { 'zh-CN': { female: 2 }, 'es-US': { female: 3 } }
    const transport = vonageTransport({ ...voice, styles, baseUrl: stub.url })
    for (const language of ['zh-CN', 'es-LA']) await transport.deliver(call({ language }), patient)
    expect(stub.received.map(({ body }) => JSON.parse(body).ncco[0])).toMatchObject([
      { language: 'cmn-CN', style: 2 },
      { language: 'es-US', style: 3 },
    ])
  })

  it.each(HOSTILE)('T41 keeps %j inside the field it stands in', async (hostile) => {
    const stub = await answering(200, smsTaken.json)
    await vonageTransport({ ...sms, baseUrl: stub.url }).deliver(message({ channel: 'sms', to: '+447700900000', text: hostile }), patient)
    expect(formOf(onlyRequest(stub).body)).toMatchObject({ to: '447700900000', from: 'AcmeInc', text: hostile })
  })

  it.each(HOSTILE)('T41 keeps %j inside what a call says', async (hostile) => {
    const stub = await answering(201, callTaken.json)
    const sent = call({ before: hostile, spelled: [hostile, 'two'], after: hostile, language: hostile, times: 1 })
    await vonageTransport({ ...voice, baseUrl: stub.url }).deliver(sent, patient)
    const { ncco } = JSON.parse(onlyRequest(stub).body)
    expect(ncco).toEqual([{ action: 'talk', text: expect.any(String), language: hostile, style: 0 }])
    const document = readXml(ncco[0].text)
    expect([document.tag, textOf(document)]).toEqual(['speak', `${hostile}${hostile}two${hostile}`])
    expect(document.children.filter((child) => typeof child === 'object' && child.tag !== 'break')).toEqual([])
  })

  it('signs each call with a token of its own: RS256, the application, five minutes', async () => {
    const stub = await answering(201, callTaken.json)
    const transport = vonageTransport({ ...voice, baseUrl: stub.url })
    const before = Math.floor(Date.now() / 1000)
    for (const sent of [call(), call()]) await transport.deliver(sent, patient)
    const tokens = stub.received.map(({ headers }) => /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(headers.authorization ?? '') ?? [])
    const claims = tokens.map(([, head = '', body = '', signature = '']) => {
      const key = createPublicKey(privateKey)
      expect(verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(true)
      expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ typ: 'JWT', alg: 'RS256' })
      return JSON.parse(Buffer.from(body, 'base64url').toString())
    })
    for (const { application_id, iat, exp, jti } of claims) {
      expect([application_id, exp - iat]).toEqual([voice.applicationId, 300])
      expect(iat).toBeGreaterThanOrEqual(before)
      expect(jti).toMatch(/^[0-9a-f-]{36}$/)
    }
    expect(claims[0].jti).not.toBe(claims[1].jti)
  })

  it('T33 says nothing but the prompt before a key is pressed, and seals the code on its way', async () => {
    const stub = await answering(201, callTaken.json)
    const keypress = { keypressUrl: 'https://app.example/otp/receipts/vonage', signatureSecret: 'example-signature-secret' }
    const sent = call({ requireKeypress: true, spelled: ['seventy-seven'] })
    await vonageTransport({ ...voice, ...keypress, baseUrl: stub.url }).deliver(sent, patient)
    const { body } = onlyRequest(stub)
    const { ncco, machine_detection } = JSON.parse(body)
    expect(machine_detection).toBe('hangup')
    expect(ncco).toEqual([
      { action: 'talk', text: '<speak>Press any key to hear your code.</speak>', language: 'en-GB', style: 0, bargeIn: true },
      { action: 'input', type: ['dtmf'], dtmf: { maxDigits: 1, timeOut: 10 }, eventUrl: [expect.any(String)], eventMethod: 'POST' },
    ])
    const url = new URL(ncco[1].eventUrl[0])
    expect(`${url.origin}${url.pathname}`).toBe(keypress.keypressUrl)
    const opened = openSpeech(url.searchParams.get('speech') ?? '', keypress.signatureSecret, sent.expiresAt - 1)
    expect(opened).toEqual(sent.speech)
    expect(body).not.toContain('seventy')
  })

  it('T33 refuses a call that requires a key press where nobody could answer it', async () => {
    const err = await failureOf(vonageTransport(voice).deliver(call({ requireKeypress: true }), patient))
    expect(err.delivery).toMatchObject({ errorCode: 'KEYPRESS_URL', retryable: true, uncertain: false })
  })

  it('refuses what is too long to be spoken', async () => {
    const err = await failureOf(vonageTransport(voice).deliver(call({ before: 'x'.repeat(1500) }), patient))
    expect(err.delivery).toMatchObject({ errorCode: 'SPEECH_TOO_LONG', uncertain: false })
  })

  it.each([
    ['email', options],
    ['whatsapp', options],
    ['sms', voice],
    ['call', sms],
  ] as const)('refuses %s where it is not set up for it', async (channel, given) => {
    const err = await failureOf(vonageTransport(given).deliver(message({ channel, to: '+447700900000', speech: speech() }), patient))
    expect(err.delivery).toMatchObject({ errorCode: 'CHANNEL', retryable: true, uncertain: false })
  })

  it.each([
    ['caf\u00e9 \u20ac [x] {y} ~^|\\ \u0394\u00d8', 'text'],
    ['a `code`', 'unicode'],
    ['\u00ea', 'unicode'],
    ['\u00e7', 'unicode'],
    ['\u{1f511}', 'unicode'],
  ])('sends %j as %s', async (sent, type) => {
    const stub = await answering(200, smsTaken.json)
    await vonageTransport({ ...sms, baseUrl: stub.url }).deliver(message({ channel: 'sms', to: '+447700900000', text: sent }), patient)
    expect(formOf(onlyRequest(stub).body).type).toBe(type)
  })

  it.each<readonly [string, unknown, RegExp]>([
    ['apiSecret', undefined, /belong together/],
    ['privateKey', undefined, /belong together/],
    ['privateKey', 'not a key', /option "privateKey" is not acceptable/],
    ['applicationId', 'app-1', /option "applicationId"/],
    ['from', 'Acme GmbH', /option "from"/],
    ['callFrom', '14155550101', /option "callFrom"/],
    ['keypressUrl', 'https://app.example/', /needs `signatureSecret`/],
    ['styles', { 'en-GB': { male: 1.5 } }, /option "styles"/],
    ['styles', { 'en-GB': 1 }, /option "styles"/],
  ])('refuses the option %s %j', (name, value, problem) => {
    expect(() => vendor.make({ ...options, [name]: value })).toThrowError(problem)
  })

  it('refuses to be made for nothing', () => {
    expect(() => vonageTransport({})).toThrowError(/give `apiKey`/)
  })
})
