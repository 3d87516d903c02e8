import { createOtp, type OtpOptions } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { outbox } from 'express-otp/testing'
import { delegated } from 'express-otp/transports'
import { describe, expect, it } from 'vitest'
import { SECRET } from '../helpers/door-app.js'

const vendor = delegated({
  name: 'vendor',
  timeoutSeconds: 1,
  start: async () => ({ ticket: 'ticket' }),
  check: async () => 'wrong',
})
const sms = smsChannel({ transport: outbox('sms') })
const mail = emailChannel({ transport: outbox('mail') })
const find = { findRecipient: () => true }
const whole = { recipients: 'known-only', delivery: 'background', ...find } as const
const hidden = { recipients: 'known-only' } as const

function start(options: Partial<OtpOptions>): () => unknown {
  return () => createOtp({ secret: SECRET, channels: [sms, mail], ...options })
}

describe('the options of known-only', () => {
  it.each<[Partial<OtpOptions>, RegExp]>([
    [{ recipients: 'known' as 'anyone' }, /option "recipients" is "known"; it must be one of "anyone", "known-only"/],
    [{ ...whole, findRecipient: undefined }, /`recipients: "known-only"` needs the option "findRecipient"/],
    [{ ...whole, findRecipient: 'everybody' as never }, /option "findRecipient" is "everybody"; it must be a function/],
    [{ ...whole, delivery: undefined }, /needs `delivery: "background"`/],
    [{ ...whole, delivery: 'await' }, /needs `delivery: "background"`/],
    [{ ...find, intents: { login: hidden } }, /intent "login": .*needs `delivery: "background"`/],
    [{ delivery: 'background', intents: { login: hidden } }, /intent "login": .*needs the option "findRecipient"/],
    [{ intents: { login: { recipients: 'some' as 'anyone' } } }, /intent "login": option "recipients" is "some"/],
    [{ ...find, delivery: 'background' }, /option "findRecipient" goes with `recipients: "known-only"` only/],
    [{ ...find, intents: { login: { recipients: 'anyone' } } }, /option "findRecipient" goes with/],
    [{ ...whole, delivery: undefined, intents: { login: { fallback: true } } }, /"delivery"|`delivery/],
    [{ ...find, intents: { login: { ...hidden, fallback: true } } }, /option "fallback" does not go with `recipients: "known-only"`/],
    [
      { ...find, delivery: 'background', intents: { pay: { ...hidden, stepUp: true, recipient: () => undefined } } },
      /intent "pay": option "recipients" does not go with "stepUp"/,
    ],
    [
      { ...find, delivery: 'background', intents: { pay: { ...hidden, secondFactor: true, recipient: () => undefined } } },
      /intent "pay": option "recipients" does not go with "stepUp" or "secondFactor"/,
    ],
    [{ ...whole, channels: [smsChannel({ transport: vendor }), mail] }, /does not go with a vendor that keeps the codes of "sms"/],
  ])('T31 T32 refuse %o at start', (options, message) => {
    expect(start(options)).toThrow(message)
  })

  it('are accepted where nothing tells who is known', () => {
    for (const options of [
      whole,
      { ...whole, intents: { login: {}, open: { recipients: 'anyone' } } },
      { ...find, delivery: 'background', intents: { login: hidden, open: {} } },
      {
        ...whole,
        recipients: undefined,
        channels: [smsChannel({ transport: vendor }), mail],
        intents: { login: { ...hidden, channels: ['email'] } },
      },
      { recipients: 'anyone' },
    ] satisfies Partial<OtpOptions>[]) {
      expect(start(options)).not.toThrow()
    }
  })
})
