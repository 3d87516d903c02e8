import { callChannel } from 'express-otp/channels/call'
import { type TwilioTransportOptions, twilioTransport } from 'express-otp/transports/twilio'
import { describe, expect, it } from 'vitest'
import { LOCALES } from '../../src/channels/messages/locales.js'
import { openSpeech } from '../../src/transports/sealed-speech.js'
import { codeTwiml, MAX_TWIML_LENGTH } from '../../src/transports/twilio-twiml.js'
import { readXml, textOf } from './read-xml.js'
import { failureOf, message, patient } from './sample-message.js'
import { OCTOPUSH_VOICES, speech, WORDING } from './sample-speech.js'
import { answering, documentedPairs, fixtureCases, formOf, HOSTILE, type VendorUnderTest, vendorTrouble } from './vendor-cases.js'
import { onlyRequest } from './vendor-stub.js'

const options = {
  accountSid: 'AC0123456789abcdef0123456789abcdef',
  authToken: 'example-auth-token',
  from: '+15017122661',
  whatsappFrom: '+14155238886',
}
const taken = { status: 201, json: { sid: 'SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', status: 'queued' } }

const vendor: VendorUnderTest = {
  name: 'twilio',
  // What fixtures hold are options of this transport.
  make: (given) => twilioTransport(given as unknown as TwilioTransportOptions),
  options,
  message: { channel: 'sms', to: '+15558675310', text: 'Your Acme code: 482913' },
  taken,
  secrets: [options.authToken, Buffer.from(`${options.accountSid}:${options.authToken}`).toString('base64')],
}

/**
 * Standard voices of a woman and a man by language: Amazon Polly's (docs.aws.amazon.com/polly/latest/dg/standard-voices.html), as Twilio names them, or
 * Google's where Polly has none. Where the table of voices has one alone, it speaks for both.
 */
const SPEAKERS: Readonly<Record<string, readonly [string, string]>> = {
  'en-US': ['Polly.Joanna', 'Polly.Matthew'],
  'en-GB': ['Polly.Amy', 'Polly.Brian'],
  'el-GR': ['Google.el-GR-Standard-B', 'Google.el-GR-Standard-B'],
  'pl-PL': ['Polly.Ewa', 'Polly.Jacek'],
  'hu-HU': ['Google.hu-HU-Standard-B', 'Google.hu-HU-Standard-B'],
  'sv-SE': ['Polly.Astrid', 'Polly.Astrid'],
  'de-DE': ['Polly.Marlene', 'Polly.Hans'],
  'es-ES': ['Polly.Conchita', 'Polly.Enrique'],
  'es-US': ['Polly.Penelope', 'Polly.Miguel'],
  'fr-FR': ['Polly.Celine', 'Polly.Mathieu'],
  'it-IT': ['Polly.Carla', 'Polly.Giorgio'],
  'pt-BR': ['Polly.Vitoria', 'Polly.Ricardo'],
  'ru-RU': ['Polly.Tatyana', 'Polly.Maxim'],
}

documentedPairs(vendor, fixtureCases('twilio.json'))
vendorTrouble(vendor)

describe('twilioTransport', () => {
  it.each(HOSTILE)('T41 keeps %j inside the field it stands in', async (hostile) => {
    const stub = await answering(201, taken.json)
    await twilioTransport({ ...options, baseUrl: stub.url }).deliver(
      message({ channel: 'sms', to: '+15558675310', text: hostile }),
      patient,
    )
    expect(formOf(onlyRequest(stub).body)).toEqual({ To: '+15558675310', From: '+15017122661', Body: hostile })
  })

  it.each(HOSTILE)('T41 keeps %j inside what a call says', async (hostile) => {
    const stub = await answering(201, taken.json)
    const said = speech({ before: hostile, spelled: [hostile, 'two'], after: hostile, language: hostile, times: 1 })
    await twilioTransport({ ...options, baseUrl: stub.url }).deliver(
      message({ channel: 'call', to: '+15558675310', speech: said }),
      patient,
    )
    const document = readXml(formOf(onlyRequest(stub).body).Twiml ?? '')
    expect(document.tag).toBe('Response')
    const [say] = document.children
    if (typeof say !== 'object') throw new Error('nothing said')
    expect([say.tag, say.attributes]).toEqual(['Say', { language: hostile }])
    expect(textOf(say)).toBe(`${hostile}${hostile}two${hostile}`)
    expect(say.children.filter((child) => typeof child === 'object' && child.tag !== 'break')).toEqual([])
  })

  it('T41 leaves out of a call what XML has no character for', async () => {
    const stub = await answering(201, taken.json)
    const said = speech({ before: 'a\u0000b\u0008c\ufffed\ud800e', times: 1 })
    await twilioTransport({ ...options, baseUrl: stub.url }).deliver(
      message({ channel: 'call', to: '+15558675310', speech: said }),
      patient,
    )
    expect(formOf(onlyRequest(stub).body).Twiml).toContain('>abcde<break')
  })

  it('T33 says nothing but the prompt before a key is pressed, and seals the code on its way', async () => {
    const stub = await answering(201, taken.json)
    const transport = twilioTransport({ ...options, baseUrl: stub.url, keypressUrl: 'https://app.example/otp/receipts?vendor=twilio&x=1' })
    const expiresAt = Date.UTC(2026, 0, 1)
    const said = speech({ requireKeypress: true, spelled: ['seventy-seven'] })
    await transport.deliver(message({ channel: 'call', to: '+15558675310', speech: said, expiresAt }), patient)
    const { body } = onlyRequest(stub)
    const [gather, end] = readXml(formOf(body).Twiml ?? '').children
    if (typeof gather !== 'object') throw new Error('no Gather')
    expect([gather.tag, end]).toEqual(['Gather', { tag: 'Hangup', attributes: {}, children: [] }])
    expect(textOf(gather)).toBe(said.prompt)
    expect(gather.attributes).toMatchObject({ input: 'dtmf', numDigits: '1', finishOnKey: '', method: 'POST' })
    const action = new URL(gather.attributes.action ?? '')
    expect(action.href).toMatch(/^https:\/\/app\.example\/otp\/receipts\?vendor=twilio&x=1&speech=/)
    expect(openSpeech(action.searchParams.get('speech') ?? '', options.authToken, expiresAt - 1)).toEqual(said)
    expect(body).not.toContain('seventy')
  })

  it('T33 refuses a call that requires a key press where nobody could answer it', async () => {
    const sent = message({ channel: 'call', to: '+15558675310', speech: speech({ requireKeypress: true }) })
    const err = await failureOf(twilioTransport(options).deliver(sent, patient))
    expect(err.delivery).toMatchObject({ errorCode: 'KEYPRESS_URL', retryable: true, uncertain: false })
  })

  it('gives no other channel the sender of an SMS, and no SMS to an account that sends none', async () => {
    const stub = await answering(201, taken.json)
    const transport = twilioTransport({ ...options, baseUrl: stub.url })
    await transport.deliver(message({ channel: 'whatsapp', to: '+15558675310', sender: 'Acme2' }), patient)
    await transport.deliver(message({ channel: 'call', to: '+15558675310', speech: speech(), sender: 'Acme2' }), patient)
    expect(stub.received.map(({ body }) => formOf(body).From)).toEqual(['whatsapp:+14155238886', '+15017122661'])
    const { accountSid, authToken } = options
    const caller = twilioTransport({ accountSid, authToken, callFrom: '+15017122661', baseUrl: stub.url })
    const err = await failureOf(caller.deliver(message({ channel: 'sms', to: '+15558675310', sender: 'Acme2' }), patient))
    expect(err.delivery).toMatchObject({ errorCode: 'CHANNEL', uncertain: false })
  })

  it.each([
    ['el-GR', 'male', 'el-GR', 'Google.el-GR-Standard-B'],
    ['zh-CN', 'female', 'cmn-CN', 'Polly.Zhiyu'],
    ['fr-FR', 'female', 'fr-FR', 'Google.fr-FR-Wavenet-A'],
    ['fr-FR', 'male', 'fr-FR', 'Polly.Mathieu'],
    ['es-LA', 'male', 'es-US', 'Polly.Miguel'],
    ['sv-SE', 'female', 'sv-SE', 'Polly.Astrid'],
    ['is-IS', 'female', 'is-IS', undefined],
  ] as const)('speaks %s, %s, as %s by %s', async (language, gender, spoken, voice) => {
    const stub = await answering(201, taken.json)
    const sent = message({ channel: 'call', to: '+15558675310', speech: speech({ language, gender }) })
    const voices = { 'fr-FR': { female: 'Google.fr-FR-Wavenet-A' } }
    await twilioTransport({ ...options, voices, baseUrl: stub.url }).deliver(sent, patient)
    const [say] = readXml(formOf(onlyRequest(stub).body).Twiml ?? '').children
    expect(say).toMatchObject({ attributes: voice === undefined ? { language: spoken } : { language: spoken, voice } })
  })

  it.each(OCTOPUSH_VOICES)('speaks %s, %s, with a voice that Twilio has', async (language, gender) => {
    const stub = await answering(201, taken.json)
    const sent = message({ channel: 'call', to: '+15558675310', speech: speech({ language, gender }) })
    await twilioTransport({ ...options, baseUrl: stub.url }).deliver(sent, patient)
    const spoken = language === 'es-LA' ? 'es-US' : language
    const [say] = readXml(formOf(onlyRequest(stub).body).Twiml ?? '').children
    expect(say).toMatchObject({ attributes: { language: spoken, voice: SPEAKERS[spoken]?.[gender === 'female' ? 0 : 1] } })
  })

  it('has a voice for each language that the call channel speaks, and fits its words', () => {
    const transport = twilioTransport(options)
    const channel = callChannel({ transport })
    for (const locale of LOCALES) {
      const { speech: said } = channel.word({ ...WORDING, locale })
      if (said === undefined) throw new Error('nothing said')
      const twiml = codeTwiml(said, {})
      expect(twiml).toMatch(/<Say language="[A-Za-z-]+" voice="(?:Polly|Google)\.[A-Za-z-]+">/)
      expect(twiml.length).toBeLessThan(MAX_TWIML_LENGTH / 2)
    }
  })

  it('fits 32 characters, twice, into the instructions of a call, and refuses what does not', async () => {
    const stub = await answering(201, taken.json)
    const transport = twilioTransport({ ...options, baseUrl: stub.url })
    const spelled = Array.from({ length: 32 }, () => 'exclamation mark')
    await transport.deliver(message({ channel: 'call', to: '+15558675310', speech: speech({ spelled }) }), patient)
    const long = message({ channel: 'call', to: '+15558675310', speech: speech({ spelled, times: 9 }) })
    expect((await failureOf(transport.deliver(long, patient))).delivery).toMatchObject({ errorCode: 'SPEECH_TOO_LONG', uncertain: false })
    expect(stub.received).toHaveLength(1)
  })

  it('sends the text on WhatsApp where there is no template, through the messaging service where there is no number', async () => {
    const stub = await answering(201, taken.json)
    const messagingServiceSid = 'MG0123456789abcdef0123456789abcdef'
    const { accountSid, authToken } = options
    const transport = twilioTransport({ accountSid, authToken, messagingServiceSid, baseUrl: `${stub.url}/eu/` })
    await transport.deliver(message({ channel: 'whatsapp', to: '+15558675310', text: 'hello' }), patient)
    expect(onlyRequest(stub).path).toBe(`/eu/2010-04-01/Accounts/${accountSid}/Messages.json`)
    expect(formOf(onlyRequest(stub).body)).toEqual({ To: 'whatsapp:+15558675310', MessagingServiceSid: messagingServiceSid, Body: 'hello' })
  })

  it.each([
    ['email', {}, 'CHANNEL'],
    ['sms', {}, 'CHANNEL'],
    ['whatsapp', {}, 'CHANNEL'],
    ['call', {}, 'SPEECH'],
    ['whatsapp', { whatsappFrom: '+14155238886', template: { name: 'login_code', language: 'en' } }, 'TEMPLATE'],
  ] as const)('refuses %s, definitely, without a sender or what the message needs %j', async (channel, more, errorCode) => {
    const { accountSid, authToken } = options
    const { template, ...senders } = { template: undefined, ...more }
    const transport = twilioTransport({ accountSid, authToken, callFrom: '+15017122661', ...senders })
    const err = await failureOf(transport.deliver(message({ channel, to: '+15558675310', template }), patient))
    expect(err.delivery).toEqual({ transport: 'twilio', status: undefined, errorCode, retryable: true, uncertain: false })
  })

  it.each<readonly [string, unknown]>([
    ['accountSid', 'AC012'],
    ['accountSid', undefined],
    ['authToken', ''],
    ['from', 'Acme GmbH & Co'],
    ['from', '+0'],
    ['messagingServiceSid', 'MG'],
    ['whatsappFrom', 'whatsapp:+14155238886'],
    ['callFrom', 'Acme'],
    ['statusCallback', 'http://app.example/'],
    ['keypressUrl', 'nowhere'],
    ['voices', { 'fr-FR': 'Polly.Celine' }],
    ['voices', { 'fr-FR': { female: '"><Hangup/>' } }],
    ['voices', { 'fr-FR': { girl: 'Polly.Celine' } }],
  ])('refuses the option %s %j', (name, value) => {
    expect(() => vendor.make({ ...options, [name]: value })).toThrowError(new RegExp(`twilioTransport: option "${name}"`))
  })

  it('refuses to be made without any sender', () => {
    const { accountSid, authToken } = options
    expect(() => twilioTransport({ accountSid, authToken })).toThrowError(/give `from`/)
  })
})
