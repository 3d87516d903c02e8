import { type SinchTransportOptions, sinchTransport } from 'express-otp/transports/sinch'
import { describe, expect, it } from 'vitest'
import { failureOf, message, patient } from './sample-message.js'
import { answering, documentedPairs, fixtureCases, HOSTILE, type VendorUnderTest, vendorTrouble } from './vendor-cases.js'
import { onlyRequest } from './vendor-stub.js'

const options = { servicePlanId: 'jd63jf88477ll', apiToken: 'example-api-token', from: '+12025551234' }
const taken = { status: 201, json: { id: '01FC66621XXXXX119Z8PMV1QPQ' } }

const vendor: VendorUnderTest = {
  name: 'sinch',
  // What fixtures hold are options of this transport.
  make: (given) => sinchTransport(given as unknown as SinchTransportOptions),
  options,
  message: { channel: 'sms', to: '+14155552345', text: 'Your Acme code: 482913' },
  taken,
  secrets: [options.apiToken],
}

documentedPairs(vendor, fixtureCases('sinch.json'))
vendorTrouble(vendor)

describe('sinchTransport', () => {
  it.each(HOSTILE)('T41 keeps %j inside the field it stands in', async (hostile) => {
    const stub = await answering(201, taken.json)
    await sinchTransport({ ...options, baseUrl: stub.url }).deliver(message({ channel: 'sms', to: '+14155552345', text: hostile }), patient)
    expect(JSON.parse(onlyRequest(stub).body)).toEqual({
      to: ['+14155552345'],
      from: '+12025551234',
      body: hostile,
      type: 'mt_text',
      expire_at: '2026-01-01T00:05:00.000Z',
    })
  })

  it('T41 lets a text name no parameter of the vendor', async () => {
    const stub = await answering(201, taken.json)
    const sent = message({ channel: 'sms', to: '+14155552345', text: `pay $5 to \${name}, $\${x}` })
    await sinchTransport({ ...options, baseUrl: stub.url }).deliver(sent, patient)
    expect(JSON.parse(onlyRequest(stub).body).body).toBe('pay $5 to $ {name}, $$ {x}')
  })

  it.each(['call', 'whatsapp', 'email'] as const)('refuses %s, definitely', async (channel) => {
    const err = await failureOf(sinchTransport(options).deliver(message({ channel, to: '+14155552345' }), patient))
    expect(err.delivery).toMatchObject({ errorCode: 'CHANNEL', retryable: true, uncertain: false })
  })

  it.each([
    ['servicePlanId', 'a/../b'],
    ['apiToken', undefined],
    ['from', 'Acme GmbH & Co'],
    ['region', 'mars'],
    ['callbackUrl', 'http://app.example/'],
  ])('refuses the option %s %j', (name, value) => {
    expect(() => vendor.make({ ...options, [name]: value })).toThrowError(new RegExp(`option "${name}"`))
  })
})
