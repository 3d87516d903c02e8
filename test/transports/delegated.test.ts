import { type DelegatedVerification, delegated } from 'express-otp/transports'
import { failover } from 'express-otp/transports/failover'
import { octopushDelegate } from 'express-otp/transports/octopush'
import { byCallingCode, weighted } from 'express-otp/transports/routing'
import { describe, expect, it } from 'vitest'
import { failureOf, message, patient } from './sample-message.js'

const plain = { name: 'plain', deliver: async () => ({}) }
const octopush = octopushDelegate({ apiLogin: 'ops@example.org', apiKey: 'k-1234-example', timeoutSeconds: 3 })

describe('delegated', () => {
  it('carries the vendor, its name and its deadline', () => {
    expect(delegated(octopush)).toMatchObject({ name: 'octopush', timeoutSeconds: 3, delegate: octopush })
  })

  it('delivers no code of ours, which the vendor could not compare', async () => {
    const { delivery } = await failureOf(delegated(octopush).deliver(message({}), patient))
    expect(delivery).toEqual({ transport: 'octopush', status: undefined, errorCode: 'DELEGATED', retryable: true, uncertain: false })
  })

  it.each([
    ['failover', () => failover({ transports: [plain, delegated(octopush)] })],
    ['weighted', () => weighted({ transports: [plain, delegated(octopush)].map((transport) => ({ transport, weight: 1 })) })],
    ['byCallingCode', () => byCallingCode({ '33': delegated(octopush), default: plain })],
  ])('is refused by name at construction behind %s', (owner, make) => {
    expect(make).toThrowError(
      expect.objectContaining({
        code: 'ERR_OTP_OPTION',
        message: expect.stringMatching(new RegExp(`^${owner}: .*"octopush" is delegated`)),
      }),
    )
  })

  it.each([
    ['nothing', undefined],
    ['a transport', plain],
    ['a vendor that cannot compare', { ...octopush, check: undefined }],
    ['a vendor without a name', { ...octopush, name: '' }],
    ['a vendor without a deadline', { ...octopush, timeoutSeconds: undefined }],
  ])('refuses %s', (_what, given) => {
    // What callers without types may give.
    expect(() => delegated(given as unknown as DelegatedVerification)).toThrowError(expect.objectContaining({ code: 'ERR_OTP_OPTION' }))
  })
})
