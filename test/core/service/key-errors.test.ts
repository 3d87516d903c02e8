import { createOtp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { apiRouter } from 'express-otp/express'
import { outbox } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { keyBook } from '../../../src/core/service/api-key.js'
import { SECRET } from '../../helpers/door-app.js'

const key = { id: 'shop', secret: 'of-the-shop-0123456789' }

/** What an application may have read from its environment without a look. */
const MISTAKES: readonly (readonly [string, unknown])[] = [
  ['an object in the place of the list', key],
  ['an entry that is no object', [key, 7]],
  ['an entry that is a list', [[key]]],
  ['one secret twice', [key, { ...key, id: 'bank' }]],
  ['a secret beside two hashes', [{ ...key, hash: ['0'.repeat(64), '1'.repeat(64)] }]],
  ['a secret with a blank', [{ ...key, secret: 'of-the-shop 0123456789' }]],
]

describe('the error about wrong keys', () => {
  // An entry that was no object made the message show the whole list.
  it.each(MISTAKES)('T67 never shows a secret: %s', (_, keys) => {
    const otp = createOtp({ secret: SECRET, channels: [smsChannel({ transport: outbox() })] })
    // Not checked by anybody on its way here.
    const unchecked = keys as never
    for (const make of [() => keyBook('apiRouter', unchecked), () => otp.serve(unchecked), () => apiRouter(otp, { keys: unchecked })]) {
      expect(messageOf(make)).toMatch(/^apiRouter/)
      expect(messageOf(make)).not.toContain('of-the-shop')
    }
  })
})

function messageOf(make: () => unknown): string {
  try {
    make()
    return ''
  } catch (err) {
    return err instanceof Error ? err.message : ''
  }
}
