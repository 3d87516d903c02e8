import type { Reason, Refused } from '../../src/core/results.js'
import type { Right } from '../../src/core/service/api-key.js'
import { unimatrixDialect } from '../../src/dialects/unimatrix.js'
import { type FakeAnswers, type FakeService, fakeService } from './fake-service.js'
import { KEY_ID, SECRET } from './fixtures/unimatrix.js'
import { type Asked, ask, type Heard } from './unimatrix-client.js'

const ALL: readonly Right[] = ['send', 'verify', 'customCode', 'weakCodes', 'unsigned']
export const TO = '+12068800123'

/** The dialect before a service whose outcomes the test names; its key is in simple mode. */
export function openDesk(
  answers: Partial<FakeAnswers> = {},
  rights: readonly Right[] = ALL,
): { service: FakeService; asked: (asked?: Asked) => Promise<Heard> } {
  const service = fakeService([{ id: KEY_ID, secret: SECRET, rights }], answers)
  const dialect = unimatrixDialect()
  return { service, asked: (asked) => ask(dialect, service, asked) }
}

/** One send, and what the service was asked. */
export const send = async (body: unknown, rights?: readonly Right[]): Promise<Heard & { sends: readonly unknown[] }> => {
  const { asked, service } = openDesk({}, rights)
  return { ...(await asked({ body })), sends: service.sends() }
}

/** One check, and what the service was asked. */
export const verify = async (body: unknown, answers?: Partial<FakeAnswers>): Promise<Heard & { verifies: readonly unknown[] }> => {
  const { asked, service } = openDesk(answers)
  return { ...(await asked({ action: 'otp.verify', body })), verifies: service.verifies() }
}

export const MISSING = { status: 400, code: '104001', message: 'MissingParams' }
export const INVALID = { status: 400, code: '104002', message: 'InvalidParams' }
export const NO_NUMBER = { status: 400, code: '107111', message: 'InvalidPhoneNumbers' }

export const refusal = (reason: Reason, more: Partial<Refused> = {}): Refused => ({ ok: false, reason, ...more })
