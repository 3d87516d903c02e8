import {
  type UnimatrixDelegateOptions,
  type UnimatrixTransportOptions,
  unimatrixDelegate,
  unimatrixTransport,
} from 'express-otp/transports/unimatrix'
import { describe, expect, it } from 'vitest'
import { unimatrixQuery } from '../../src/transports/unimatrix-query.js'
import { delegatePairs, delegateTrouble } from './delegate-cases.js'
import { failureOf, message, patient } from './sample-message.js'
import { answering, documentedPairs, fixtureCases, HOSTILE, type VendorUnderTest, vendorTrouble } from './vendor-cases.js'
import { onlyRequest } from './vendor-stub.js'

const options = { accessKeyId: 'AKIDEXAMPLE0001' }
const accessKeySecret = 'test-secret-0001'
const taken = { status: 200, json: { code: '0', message: 'Success', data: { id: '9f0e8d7c6b5a49382716051423324150' } } }

const vendor: VendorUnderTest = {
  name: 'unimatrix',
  // What fixtures hold are options of this transport.
  make: (given) => unimatrixTransport(given as unknown as UnimatrixTransportOptions),
  options,
  message: { channel: 'sms', to: '+12068800123' },
  taken,
  bodyDecides: true,
  secrets: [],
}
const delegate = {
  name: 'unimatrix',
  // As above.
  make: (given: object) => unimatrixDelegate(given as UnimatrixDelegateOptions),
  options: { ...options, accessKeySecret },
  start: { channel: 'sms' as const, to: '+12068800123', intent: 'login', ttlSeconds: 300 },
  check: { ticket: 'ttl-300', to: '+12068800123', intent: 'login', code: '482913' },
  secrets: [accessKeySecret],
}

documentedPairs(vendor, fixtureCases('unimatrix.json'))
vendorTrouble({ ...vendor, options: { ...options, accessKeySecret }, secrets: [accessKeySecret] })
delegatePairs({ ...delegate, options }, 'unimatrix-delegate.json')
delegateTrouble(delegate)

describe('unimatrixQuery', () => {
  it('signs as the vendor\u2019s test vectors say', () => {
    const query = unimatrixQuery('otp.send', { ...options, accessKeySecret }, 1_700_000_000_000, '0123456789abcdef')
    expect(Object.fromEntries(query)).toEqual({
      accessKeyId: 'AKIDEXAMPLE0001',
      action: 'otp.send',
      algorithm: 'hmac-sha256',
      nonce: '0123456789abcdef',
      timestamp: '1700000000000',
      signature: 'lbYvJ1Ed+e2kFCylvOSvxbFSrKhavNjm20NGkdd7lBs=',
    })
    expect(query.toString()).toContain('signature=lbYvJ1Ed%2Be2kFCylvOSvxbFSrKhavNjm20NGkdd7lBs%3D')
  })

  it('takes the time and a fresh nonce of 32 characters for each request', () => {
    const [one, two] = [0, 1].map(() => unimatrixQuery('otp.send', { ...options, accessKeySecret }))
    expect(one?.get('nonce')).toMatch(/^[0-9a-f]{32}$/)
    expect(one?.get('nonce')).not.toBe(two?.get('nonce'))
    expect(Math.abs(Number(one?.get('timestamp')) - Date.now())).toBeLessThan(60_000)
  })
})

describe('unimatrixTransport', () => {
  it('signs each request, with the secret nowhere in it', async () => {
    const stub = await answering(200, taken.json)
    await unimatrixTransport({ ...options, accessKeySecret, baseUrl: stub.url }).deliver(
      message({ channel: 'sms', to: '+12068800123' }),
      patient,
    )
    const { path, body, headers } = onlyRequest(stub)
    const query = new URL(path, stub.url).searchParams
    const key = { ...options, accessKeySecret }
    expect(unimatrixQuery('otp.send', key, Number(query.get('timestamp')), query.get('nonce') ?? '').toString()).toBe(query.toString())
    expect(path + body + JSON.stringify(headers)).not.toContain(accessKeySecret)
  })

  it.each(HOSTILE)('T41 keeps %j inside the field it stands in', async (hostile) => {
    const stub = await answering(200, taken.json)
    const transport = unimatrixTransport({ ...options, baseUrl: stub.url })
    await transport.deliver(message({ channel: 'sms', to: '+12068800123', code: 'AB', text: hostile }), patient)
    await transport.deliver(message({ channel: 'sms', to: '+12068800123', intent: hostile.slice(0, 36) }), patient)
    const [free, own] = stub.received.map(({ body }) => JSON.parse(body))
    expect(free).toEqual({ to: '+12068800123', text: hostile })
    expect(own).toMatchObject({ to: '+12068800123', code: '482913', intent: hostile.slice(0, 36) })
    expect(stub.received.map(({ path }) => path)).toEqual([
      '/?action=sms.message.send&accessKeyId=AKIDEXAMPLE0001',
      '/?action=otp.send&accessKeyId=AKIDEXAMPLE0001',
    ])
  })

  it.each([
    ['CHANNEL', { channel: 'email' as const }],
    ['CODE', { channel: 'call' as const, code: 'AB12CD' }],
    ['CODE', { channel: 'whatsapp' as const, code: '123456789' }],
  ])('refuses definitely, and asks nobody: %s', async (errorCode, differing) => {
    const stub = await answering(200, taken.json)
    const delivery = unimatrixTransport({ ...options, baseUrl: stub.url }).deliver(message({ to: '+12068800123', ...differing }), patient)
    expect((await failureOf(delivery)).delivery).toMatchObject({ errorCode, retryable: true, uncertain: false })
    expect(stub.received).toEqual([])
  })

  it.each([
    ['accessKeyId', 'key +/=1'],
    ['accessKeyId', undefined],
    ['accessKeySecret', ''],
    ['signature', 'A'],
  ])('refuses the option %s %j', (name, value) => {
    expect(() => vendor.make({ ...options, [name]: value })).toThrowError(new RegExp(`option "${name}"`))
  })
})

describe('unimatrixDelegate', () => {
  it('does not ask about a code that cannot be right, nor with a ticket that is none', async () => {
    const stub = await answering(200, { code: '0', data: { valid: true } })
    const asked = unimatrixDelegate({ ...options, baseUrl: stub.url })
    expect(await asked.check({ ...delegate.check, code: 'abcdef' }, patient)).toBe('wrong')
    expect(await asked.check({ ...delegate.check, ticket: 'ttl-x' }, patient)).toBe('gone')
    expect(stub.received).toEqual([])
  })

  it('refuses e-mail, definitely', async () => {
    const err = await failureOf(unimatrixDelegate(options).start({ ...delegate.start, channel: 'email' }, patient))
    expect(err.delivery).toMatchObject({ errorCode: 'CHANNEL', retryable: true, uncertain: false })
  })
})
