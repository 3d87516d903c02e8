import { createOtp, type Otp, type OtpOptions } from 'express-otp'
import { callChannel } from 'express-otp/channels/call'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { type Outbox, outbox, type TestClock, testClock } from 'express-otp/testing'
import { onTestFinished } from 'vitest'
import type { Refused, Sent, Verified } from '../../../src/core/results.js'
import { type ApiKey, type ApiKeyOptions, keyBook, type Right } from '../../../src/core/service/api-key.js'
import type { Service } from '../../../src/core/service/service.js'
import type { Store } from '../../../src/ports/store.js'
import { SECRET } from '../../helpers/door-app.js'

export const ANN = '+12068800123'
export const BOB = '+12068800456'
export const MAIL = 'ann.lee@example.org'

export interface Desk {
  readonly otp: Otp
  readonly service: Service
  readonly clock: TestClock
  readonly sms: Outbox
  readonly call: Outbox
  readonly mail: Outbox
  /** Everything that the store was told, as text. */
  told(): string
  key(id: string): ApiKey
}

/** Secret of the key with this id. */
function secretOf(id: string): string {
  return `${id}-of-at-least-sixteen`
}

/** A key for unit tests. */
export function keyWith(rights: readonly Right[], options: Partial<ApiKeyOptions> = {}): ApiKey {
  const key = keyBook('test', [{ id: 'k', secret: secretOf('k'), rights, ...options }]).byId('k')
  if (key === undefined) throw new Error('no key')
  return key
}

/** The service itself, over a real engine and a store in memory, without HTTP. */
export function openDesk(keys: readonly Omit<ApiKeyOptions, 'secret'>[], options: Partial<OtpOptions> = {}): Desk {
  const clock = testClock()
  const [sms, call, mail] = [outbox('sms-outbox'), outbox('call-outbox'), outbox('mail-outbox')]
  const told: string[] = []
  const otp = createOtp({
    secret: SECRET,
    service: 'Acme',
    channels: [smsChannel({ transport: sms }), callChannel({ transport: call }), emailChannel({ transport: mail })],
    clock,
    ...options,
    store: listening(options.store ?? memoryStore({ clock }), told),
  })
  onTestFinished(() => otp.close())
  const service = otp.serve(keys.map((key) => ({ secret: secretOf(key.id), ...key })))
  return {
    otp,
    service,
    clock,
    sms,
    call,
    mail,
    told: () => told.join('\n'),
    key(id) {
      const key = service.keys.byId(id)
      if (key === undefined) throw new Error(`no key ${id}`)
      return key
    },
  }
}

/** The store, and a copy of everything that it is given. */
function listening(store: Store, told: string[]): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const verb: unknown = Reflect.get(target, name, receiver)
      if (typeof verb !== 'function') return verb
      return (...given: unknown[]): unknown => {
        told.push(`${String(name)} ${JSON.stringify(given)}`)
        return Reflect.apply(verb, target, given)
      }
    },
  })
}

/** Of an outcome that must be a success. */
export function accepted<Outcome extends Sent | Verified>(outcome: Outcome | Refused): Outcome {
  if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome)}`)
  return outcome
}

/** A code of the same length that is not this one. */
export function wrong(code: string): string {
  return code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10))
}
