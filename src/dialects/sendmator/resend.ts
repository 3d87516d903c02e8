import type { Refused, Sent } from '../../core/results.js'
import type { ApiAnswer } from '../../core/service/dialect.js'
import { failure } from './answers.js'
import type { Call } from './call.js'
import { refusal } from './refusal.js'
import { sentBody } from './sent.js'
import { type Session, sessionsOf, tokenOf } from './session.js'

/**
 * `POST /api/v1/otp/resend`: other codes under the same token, to every channel that is not proved yet. An expired or locked session gets a new challenge on
 * the terms of the first one.
 */
export async function resend(call: Call): Promise<ApiAnswer> {
  const { fields, isTestKey, notebook, service, windows } = call
  const token = tokenOf(fields)
  if (token === undefined) return failure('missingToken')
  const sessions = sessionsOf(notebook)
  const found = token === null ? undefined : await sessions.find(token)
  if (token === null || found === undefined) return failure('invalidSession')
  if (found.isVerified) return failure('alreadyVerified')
  const { session } = found
  const recipients = Object.values(session.recipients)
  windows.about(recipients)
  if (session.isSandbox && !isTestKey) return failure('noSandbox')
  const sent = await windows.around(recipients, () => sendAgain(call, session))
  if (!sent.ok) {
    // Its challenge died with the message, long before its time: that must not look as if somebody had proved it.
    if (sent.reason === 'delivery_failed' || sent.reason === 'insufficient_balance')
      await sessions.keep(token, { ...session, expiresAt: service.now() })
    return refusal(sent)
  }
  const { codeLength, expiresAt, id, mode } = sent
  await sessions.keep(token, { ...session, id, expiresAt, codeLength, mode })
  // Attempts start over, and so does the telling of the last one.
  await sessions.unlock(token)
  return { status: 200, body: { ...sentBody(service, token, session, sent), message: 'OTP resent successfully' } }
}

async function sendAgain({ key, service }: Call, { channels, id, recipients, terms }: Session): Promise<Sent | Refused> {
  const again = await service.resend(key, { id })
  if (again.ok || again.reason !== 'no_pending_challenge') return again
  return await service.send(key, { channels, recipients, terms: { ...terms, channels }, current: id })
}
