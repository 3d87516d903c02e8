import { inspect } from 'node:util'
import { deliveryError } from 'express-otp/transports'
import { describe, expect, it } from 'vitest'
import { OtpError } from '../../src/errors.js'

const plain = { transport: 'acme', retryable: false, uncertain: false }

describe('deliveryError', () => {
  it('is an OtpError that no client sees', () => {
    const err = deliveryError({ ...plain, status: 429, errorCode: 'slow_down', retryable: true })
    expect(err).toBeInstanceOf(OtpError)
    expect(err).toMatchObject({ code: 'ERR_OTP_DELIVERY', status: 502, expose: false })
    expect(err.message).toBe('acme did not take the message (status 429, slow_down)')
    expect(err.delivery).toEqual({ transport: 'acme', status: 429, errorCode: 'slow_down', retryable: true, uncertain: false })
  })

  it('says when the message may have gone out, and never calls that retryable', () => {
    const err = deliveryError({ ...plain, retryable: true, uncertain: true })
    expect(err.message).toBe('acme may or may not have taken the message')
    expect(err.delivery).toMatchObject({ retryable: false, uncertain: true })
  })

  it.each([
    '',
    'x'.repeat(41),
    'ann@example.com',
    '+12068800123',
    '12068800123',
    'to_12068800123',
    'two words',
    'line\nbreak',
    '{"a":1}',
    '\u00fc',
  ])('T64 drops the error code %j', (errorCode) => {
    const err = deliveryError({ ...plain, errorCode })
    expect(err.delivery?.errorCode).toBeUndefined()
    expect(err.message).toBe('acme did not take the message')
  })

  it.each(['21211', '107120', 'EENVELOPE', 'a', 'x'.repeat(40), 'Throttling.User', 'x-y_z.1'])(
    'T64 keeps the error code %j',
    (errorCode) => {
      expect(deliveryError({ ...plain, errorCode }).delivery?.errorCode).toBe(errorCode)
    },
  )

  it.each([0, 99, 1000, 2.5, Number.NaN])('T64 drops the status %d', (status) => {
    expect(deliveryError({ ...plain, status }).delivery?.status).toBeUndefined()
  })

  it('T64 keeps nothing that an adapter adds beyond the five fields', () => {
    const careless = { ...plain, transport: 'ann@example.com', body: 'secret-body', cause: new Error('secret-cause') }
    const err = deliveryError(careless)
    expect(err.cause).toBeUndefined()
    expect(err.delivery?.transport).toBe('transport')
    expect(`${inspect(err, { depth: 9, showHidden: true })}${JSON.stringify(err)}`).not.toMatch(/secret|ann@/)
  })
})
