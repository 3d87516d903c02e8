import type { Request } from 'express'
import type { LocaleName } from '../channels/messages/locales.js'
import { problemLanguage, problemWords } from '../channels/messages/problem-words.js'
import { PROBLEMS } from '../core/problem.js'
import type { Pending } from '../core/results.js'
import { OtpError } from '../errors.js'
import { callerOf } from '../session/caller.js'
import { pointerOf } from '../session/state.js'
import type { Door } from './actions.js'
import { type NotedProblem, takeNote } from './note.js'

/** Why the last form of this browser was refused. */
export interface PageProblem extends NotedProblem {
  /** What to say to the person, in the language that the form or the browser asks for. */
  readonly detail: string
  /** The field to say it beside, by the name that the form gives it: `to`, `code`, `context.amount` ...; `''` for none in particular. */
  readonly field: string
}

/** Everything that a page with forms shows for one intent. */
export interface OtpPage {
  readonly intent: string
  /** What waits for a code in this browser: masked, with its countdowns. */
  readonly pending?: Pending | undefined
  /** The proof that this browser has and a guard would take, with the whole seconds that it has left. */
  readonly granted?: { readonly expiresIn: number } | undefined
  /** What the last form came to, where it was refused; told once. */
  readonly problem?: PageProblem | undefined
  /** What the last form's fields held, for the fields of the next; told once. Escape it for HTML. Never a code. */
  readonly values: Readonly<Record<string, string>>
}

/** The router that a request has passed. */
const doors = new WeakMap<object, Door>()

/** Remembers which router a request passed on its way to a page. */
export function passDoor(req: object, door: Door): void {
  doors.set(req, door)
}

/**
 * What a page that works without scripts has to show, in one call: what is pending, why the last form was refused, beside which field, and what was typed. Behind a
 * `sessionRouter` with the option `forms`; throws `ERR_OTP_OPTION` elsewhere, and for an unknown intent. From `express-otp/express`.
 *
 * @example
 * app.get('/login', async (req, res) => res.render('login', await otpPage(req)))
 */
export async function otpPage(req: Request, options: { readonly intent?: string | undefined } = {}): Promise<OtpPage> {
  const door = doors.get(req)
  const { res } = req
  if (door === undefined || res === undefined) {
    throw new OtpError(
      'ERR_OTP_OPTION',
      'otpPage: the request did not pass a sessionRouter with the option "forms"; mount it before the page',
    )
  }
  const { otp, place, settings } = door
  const intent = otp.intents.get(options.intent ?? settings.loginIntent)
  if (intent === undefined) throw new OtpError('ERR_OTP_OPTION', `otpPage: there is no intent ${JSON.stringify(options.intent)}`)
  const { name } = intent
  const session = await place.session(req, res)
  const note = await takeNote(door, req, res, name)
  const language = problemLanguage(note?.values.locale, req.headers['accept-language']) ?? 'en'
  const visit = await place.visit(req, res, intent)
  const pending = await otp.pending({ ...visit.caller, intent: name, id: visit.pending })
  const grant = await otp.grant({ ...callerOf(req, session, settings), intent: name, id: pointerOf(session, 'granted', name) })
  return {
    intent: name,
    ...(pending === undefined ? {} : { pending }),
    ...(grant === undefined ? {} : { granted: { expiresIn: Math.ceil((grant.expiresAt - grant.now) / 1000) } }),
    ...(note?.problem === undefined ? {} : { problem: explained(note.problem, note.action, language) }),
    values: note?.values ?? {},
  }
}

function explained(problem: NotedProblem, action: string, language: LocaleName): PageProblem {
  return {
    ...problem,
    detail: problemWords(problem, language) ?? PROBLEMS[problem.reason].title,
    field: problem.errors?.[0]?.field ?? (action === 'send' ? 'to' : 'code'),
  }
}
