import {
  type SendmatorDelegateOptions,
  type SendmatorTransportOptions,
  sendmatorDelegate,
  sendmatorTransport,
} from 'express-otp/transports/sendmator'
import { describe, expect, it } from 'vitest'
import { delegatePairs, delegateTrouble } from './delegate-cases.js'
import { failureOf, message, patient } from './sample-message.js'
import { answering, documentedPairs, fixtureCases, HOSTILE, type VendorUnderTest, vendorTrouble } from './vendor-cases.js'

const options = { apiKey: 'sk_live_example_key', smsTemplateKey: 'otp-sms' }
const taken = { status: 200, json: { success: true, message_id: 'msg_0f1e2d3c4b5a69788796a5b4c3d2e1f0' } }

const vendor: VendorUnderTest = {
  name: 'sendmator',
  // What fixtures hold are options of this transport.
  make: (given) => sendmatorTransport(given as unknown as SendmatorTransportOptions),
  options,
  message: { channel: 'email', to: 'ann@example.org', text: 'Your code: 482913', html: '<p>482913</p>' },
  taken,
  secrets: [options.apiKey],
}
const delegate = {
  name: 'sendmator',
  // As above.
  make: (given: object) => sendmatorDelegate(given as SendmatorDelegateOptions),
  options: { apiKey: options.apiKey },
  start: { channel: 'sms' as const, to: '+12068800123', intent: 'login', ttlSeconds: 300 },
  check: { ticket: 'sms:token-1', to: '+12068800123', intent: 'login', code: '482913' },
  secrets: [options.apiKey],
}

documentedPairs(vendor, fixtureCases('sendmator.json'))
vendorTrouble(vendor)
delegatePairs(delegate, 'sendmator-delegate.json')
delegateTrouble(delegate)

describe('sendmatorTransport', () => {
  it.each(HOSTILE)('T41 keeps %j inside the field it stands in', async (hostile) => {
    const stub = await answering(200, taken.json)
    const transport = sendmatorTransport({ ...options, baseUrl: stub.url })
    await transport.deliver(message({ to: 'ann@example.org', subject: hostile, text: hostile, html: undefined }), patient)
    await transport.deliver(message({ channel: 'sms', to: '+12068800123', text: hostile, reference: hostile }), patient)
    const [mail, sms] = stub.received.map(({ body }) => JSON.parse(body))
    const escaped = hostile.replace(
      /[&<>"']/g,
      (character) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' }[character]};`,
    )
    expect(mail).toEqual({
      recipient_type: 'direct_email',
      direct_email: 'ann@example.org',
      subject: hostile,
      content: `<pre>${escaped}</pre>`,
      plain_text_content: hostile,
    })
    expect(sms).toMatchObject({ direct_sms: '+12068800123', variables: { code: '482913', text: hostile, reference: hostile } })
  })

  it.each([
    ['CHANNEL', { channel: 'call' as const }],
    ['TEMPLATE', { channel: 'sms' as const }],
    ['TEMPLATE', { channel: 'whatsapp' as const }],
  ])('refuses definitely, and asks nobody: %s', async (errorCode, differing) => {
    const stub = await answering(200, taken.json)
    const transport = sendmatorTransport({ apiKey: options.apiKey, baseUrl: stub.url })
    const delivery = transport.deliver(message({ to: '+12068800123', ...differing }), patient)
    expect((await failureOf(delivery)).delivery).toMatchObject({ errorCode, retryable: true, uncertain: false })
    expect(stub.received).toEqual([])
  })

  it.each([
    ['apiKey', 'pk_live_example'],
    ['apiKey', undefined],
    ['teamId', 'a b'],
    ['fromEmail', 'Acme <codes@acme.example>'],
    ['fromName', 'Acme\r\nBcc: x'],
    ['smsTemplateKey', ''],
  ])('refuses the option %s %j', (name, value) => {
    expect(() => vendor.make({ ...options, [name]: value })).toThrowError(new RegExp(`option "${name}"`))
  })
})

describe('sendmatorDelegate', () => {
  it('does not ask about a code that cannot be right, nor with a ticket that is none', async () => {
    const stub = await answering(200, { verified: true })
    const asked = sendmatorDelegate({ apiKey: options.apiKey, baseUrl: stub.url })
    expect(await asked.check({ ...delegate.check, code: 'abcdef' }, patient)).toBe('wrong')
    for (const ticket of ['', 'token-1', 'call:token-1', 'sms:', 'sms:a b']) {
      expect(await asked.check({ ...delegate.check, ticket }, patient)).toBe('gone')
    }
    expect(stub.received).toEqual([])
  })

  it('refuses calls, definitely', async () => {
    const err = await failureOf(sendmatorDelegate({ apiKey: options.apiKey }).start({ ...delegate.start, channel: 'call' }, patient))
    expect(err.delivery).toMatchObject({ errorCode: 'CHANNEL', retryable: true, uncertain: false })
  })
})
