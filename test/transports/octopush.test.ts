import {
  type OctopushDelegateOptions,
  type OctopushTransportOptions,
  octopushDelegate,
  octopushTransport,
} from 'express-otp/transports/octopush'
import { describe, expect, it } from 'vitest'
import { delegatePairs, delegateTrouble } from './delegate-cases.js'
import { failureOf, message, patient } from './sample-message.js'
import { answering, documentedPairs, fixtureCases, HOSTILE, type VendorUnderTest, vendorTrouble } from './vendor-cases.js'
import { onlyRequest } from './vendor-stub.js'

const options = { apiLogin: 'ops@example.org', apiKey: 'k-1234-example' }
const taken = { status: 201, json: { sms_ticket: 'sms_65a1b2c3d4e5f' } }

const vendor: VendorUnderTest = {
  name: 'octopush',
  // What fixtures hold are options of this transport.
  make: (given) => octopushTransport(given as unknown as OctopushTransportOptions),
  options,
  message: { channel: 'sms', to: '+33611223344', text: 'Acme code 482913' },
  taken,
  secrets: [options.apiKey, options.apiLogin],
}
const delegate = {
  name: 'octopush',
  // As above.
  make: (given: object) => octopushDelegate(given as OctopushDelegateOptions),
  options,
  start: { channel: 'sms' as const, to: '+33611223344', intent: 'login', ttlSeconds: 300 },
  check: { ticket: 'otp_4be1c09d27fa6613c58e0a9d', to: '+33611223344', intent: 'login', code: '482913' },
  secrets: [options.apiKey, options.apiLogin],
}

documentedPairs(vendor, fixtureCases('octopush.json'))
vendorTrouble(vendor)
delegatePairs(delegate, 'octopush-delegate.json')
delegateTrouble(delegate)

describe('octopushTransport', () => {
  it.each(HOSTILE)('T41 keeps %j inside the field it stands in, and names no field of the vendor', async (hostile) => {
    const stub = await answering(201, taken.json)
    const sent = message({ channel: 'sms', to: '+33611223344', text: hostile })
    await octopushTransport({ ...options, baseUrl: stub.url }).deliver(sent, patient)
    const { recipients, text, ...rest } = JSON.parse(onlyRequest(stub).body)
    expect(recipients).toEqual([{ phone_number: '+33611223344' }])
    expect(text).toBe(hostile.replace(/[{}]/g, (brace) => (brace === '{' ? '(' : ')')))
    expect(rest).toEqual({ type: 'sms_premium', purpose: 'alert' })
  })

  it.each([
    ['CHANNEL', { channel: 'call' as const }],
    ['TEXT_TOO_LONG', { channel: 'sms' as const, text: 'x'.repeat(1225) }],
  ])('refuses definitely, and asks nobody: %s', async (errorCode, differing) => {
    const stub = await answering(201, taken.json)
    const delivery = octopushTransport({ ...options, baseUrl: stub.url }).deliver(message({ to: '+33611223344', ...differing }), patient)
    expect((await failureOf(delivery)).delivery).toMatchObject({ errorCode, retryable: true, uncertain: false })
    expect(stub.received).toEqual([])
  })

  it.each([
    ['apiLogin', undefined],
    ['apiKey', 'a b'],
    ['sender', 'Acme & Co'],
    ['simulate', 'yes'],
  ])('refuses the option %s %j', (name, value) => {
    expect(() => vendor.make({ ...options, [name]: value })).toThrowError(new RegExp(`option "${name}"`))
  })
})

describe('octopushDelegate', () => {
  it('refuses a template without the code, and channels that Octopush does not have', async () => {
    expect(() => octopushDelegate({ ...options, text: 'Your code:' })).toThrowError(/option "text"/)
    const err = await failureOf(octopushDelegate(options).start({ ...delegate.start, channel: 'email' }, patient))
    expect(err.delivery).toMatchObject({ errorCode: 'CHANNEL', retryable: true, uncertain: false })
  })
})
