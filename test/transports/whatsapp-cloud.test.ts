import { type WhatsappCloudTransportOptions, whatsappCloudTransport } from 'express-otp/transports/whatsapp-cloud'
import { describe, expect, it } from 'vitest'
import { failureOf, message, patient } from './sample-message.js'
import { answering, documentedPairs, fixtureCases, HOSTILE, type VendorUnderTest, vendorTrouble } from './vendor-cases.js'
import { onlyRequest } from './vendor-stub.js'

const options = { phoneNumberId: '105954558954427', accessToken: 'EAAJBexample' }
const template = { name: 'verification_code', language: 'en_US' }
const taken = { status: 200, json: { messages: [{ id: 'wamid.HBgLMTIwMTU1NTM5MzEVAgARGBI4Qzc5QkNGNTc5NTMyMDU5QzEA' }] } }

const vendor: VendorUnderTest = {
  name: 'whatsapp-cloud',
  // What fixtures hold are options of this transport.
  make: (given) => whatsappCloudTransport(given as unknown as WhatsappCloudTransportOptions),
  options,
  message: { channel: 'whatsapp', to: '+12015553931', template },
  taken,
  secrets: [options.accessToken],
}

documentedPairs(vendor, fixtureCases('whatsapp-cloud.json'))
vendorTrouble(vendor)

describe('whatsappCloudTransport', () => {
  it.each(HOSTILE)('T41 keeps %j inside the field it stands in', async (hostile) => {
    const stub = await answering(200, taken.json)
    const sent = message({ channel: 'whatsapp', to: '+12015553931', template: { name: hostile, language: hostile }, text: hostile })
    await whatsappCloudTransport({ ...options, baseUrl: stub.url }).deliver(sent, patient)
    const { template: received, ...rest } = JSON.parse(onlyRequest(stub).body)
    expect(received).toMatchObject({ name: hostile, language: { code: hostile } })
    expect(rest).toEqual({ messaging_product: 'whatsapp', recipient_type: 'individual', to: '+12015553931', type: 'template' })
  })

  it.each([
    ['CHANNEL', { channel: 'sms' as const, template }],
    ['TEMPLATE', { channel: 'whatsapp' as const }],
    ['CODE_TOO_LONG', { channel: 'whatsapp' as const, template, code: '1234567890123456' }],
  ])('refuses definitely, and asks nobody: %s', async (errorCode, differing) => {
    const stub = await answering(200, taken.json)
    const delivery = whatsappCloudTransport({ ...options, baseUrl: stub.url }).deliver(
      message({ to: '+12015553931', ...differing }),
      patient,
    )
    expect((await failureOf(delivery)).delivery).toMatchObject({ errorCode, retryable: true, uncertain: false })
    expect(stub.received).toEqual([])
  })

  it.each([
    ['phoneNumberId', '+12015553931'],
    ['phoneNumberId', undefined],
    ['accessToken', 'with blank'],
    ['apiVersion', '23'],
    ['apiVersion', 'v23.0/../me'],
  ])('refuses the option %s %j', (name, value) => {
    expect(() => vendor.make({ ...options, [name]: value })).toThrowError(new RegExp(`option "${name}"`))
  })
})
