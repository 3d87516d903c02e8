import type { ServerResponse } from 'node:http'
import type { LocaleName } from '../channels/messages/locales.js'
import type { Refused, Sent, Verified } from '../core/results.js'
import type { FormTargets } from './form-pages.js'
import type { HumanCheck } from './human-check.js'
import { limitHeaders, type Problem, sendJson, sendProblem } from './respond.js'
import type { RouterSettings } from './router-options.js'

/** How a route ended: an answer for programs, a page for forms. */
export interface Outcome {
  /** `language` is what a person is told of a refusal in. */
  answer(res: ServerResponse, language?: LocaleName): void
  page(forms: FormTargets): string
  /** What a page is told of a refusal, and of what was typed; `undefined` where nothing is. */
  readonly note: { readonly problem?: Problem | Refused } | undefined
}

/** A send that went out, or was refused; a person who can be asked is asked. */
export function sent(settings: Pick<RouterSettings, 'limitHeaders'>, result: Sent | Refused, check: HumanCheck | undefined): Outcome {
  if (!result.ok) return refusal(check?.isRequired(result) ? { reason: 'human_check_required' } : result)
  const { ok: _ok, expiresAt, quota, ...body } = result
  const headers = settings.limitHeaders && quota !== undefined ? limitHeaders(quota) : {}
  return {
    answer: (res) => sendJson(res, { status: 'sent', ...body, expiresAt: new Date(expiresAt).toISOString() }, headers),
    page: ({ page }) => page,
    note: {},
  }
}

/** A right code, and where to go on. */
export function accepted(result: Verified, returnTo: string | undefined, isLogin = false): Outcome {
  const { intent, to, channel, complete, waiting } = result
  const body = {
    status: 'verified',
    complete,
    intent,
    to,
    channel,
    ...(complete ? {} : { waiting }),
    verifiedAt: new Date(result.verifiedAt).toISOString(),
  }
  return {
    answer: (res) => sendJson(res, returnTo === undefined ? body : { ...body, returnTo }),
    page: ({ page, done }) => (complete ? (returnTo ?? done) : page),
    // Nothing from before a login is in the session after it (T46).
    note: isLogin ? undefined : {},
  }
}

/** The second of two submissions: for a program still a refusal (T21), for a person the way on. */
export function alreadyVerified(refused: Refused): Outcome {
  return {
    answer: (res, language) => sendProblem(res, { ...refused, alreadyVerified: true }, language),
    page: ({ done }) => done,
    note: undefined,
  }
}

/** Anything else. */
export function refusal(problem: Problem | Refused): Outcome {
  return {
    answer: (res, language) => sendProblem(res, problem, language),
    page: ({ page }) => withReason(page, problem.reason),
    note: { problem },
  }
}

/** The page's address with the reason of a refusal, and nothing that was typed (T65). */
export function withReason(page: string, reason: string): string {
  return `${page}${page.includes('?') ? '&' : '?'}otp=${reason}`
}
