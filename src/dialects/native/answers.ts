import { type Problem, problemBody } from '../../core/problem.js'
import type { FieldError, Refused, Sent, Verified } from '../../core/results.js'
import type { ApiAnswer } from '../../core/service/dialect.js'
import type { ServicePending } from '../../core/service/service.js'

/** A problem with its status and headers. */
export function refusal(problem: Problem | Refused, headers: Readonly<Record<string, string>> = {}): ApiAnswer {
  const body = problemBody(problem)
  const { retryAfter, status } = body
  return {
    status,
    body,
    contentType: 'application/problem+json',
    headers: { ...headers, ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }) },
  }
}

/** The refusal of fields. */
export function invalidFields(errors: readonly FieldError[]): ApiAnswer {
  return refusal({ reason: 'invalid_request', errors })
}

/** What the caller hears of a code that is on its way. */
export function sentAnswer(result: Sent | Refused): ApiAnswer {
  if (!result.ok) return refusal(result)
  const { ok: _ok, expiresAt, ...body } = result
  return { status: 200, body: { status: 'sent', ...body, expiresAt: written(expiresAt) } }
}

/** What the caller hears of a guess: on success the whole address, because it is the caller who asked for its proof. */
export function verifiedAnswer(result: Verified | Refused): ApiAnswer {
  if (!result.ok) return refusal(result)
  const { channel, complete, deviceToken, intent, metadata, proved, to, verifiedAt, waiting } = result
  return {
    status: 200,
    body: {
      status: 'verified',
      complete,
      intent,
      to,
      channel,
      proved,
      ...(complete ? {} : { waiting }),
      verifiedAt: written(verifiedAt),
      ...(metadata === undefined ? {} : { metadata }),
      ...(deviceToken === undefined ? {} : { deviceToken }),
    },
  }
}

/** What the caller hears of a challenge. What is another tenant's is not there (T67). */
export function pendingAnswer(pending: ServicePending | Refused | undefined): ApiAnswer {
  if (pending === undefined) return nothingPending()
  if ('reason' in pending) return refusal(pending)
  const { expiresAt, metadata, ...body } = pending
  const notes = metadata === undefined ? {} : { metadata }
  return { status: 200, body: { status: 'pending', ...body, expiresAt: written(expiresAt), ...notes } }
}

/** Whether there was something to cancel. */
export function cancelledAnswer(wasThere: boolean | Refused): ApiAnswer {
  if (typeof wasThere === 'object') return refusal(wasThere)
  return wasThere ? { status: 200, body: { status: 'cancelled' } } : nothingPending()
}

/** 404, because these requests name a thing and nothing else; a guess or a resend that misses is a 400 as at the session door. */
function nothingPending(): ApiAnswer {
  return refusal({ reason: 'no_pending_challenge', status: 404 })
}

function written(instant: number): string {
  return new Date(instant).toISOString()
}
