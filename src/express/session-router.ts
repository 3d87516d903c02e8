import type { IncomingMessage } from 'node:http'
import type { Request, RequestHandler, Response } from 'express'
import { problemLanguage } from '../channels/messages/problem-words.js'
import type { Otp } from '../core/otp.js'
import { OtpError } from '../errors.js'
import { isCrossSite } from '../session/cross-site.js'
import { isForm, readBody } from '../session/read-body.js'
import { abandonSession } from '../session/usable-session.js'
import { ACTIONS, type Action, type Door } from './actions.js'
import { leaveNote, notedProblem, typedValues } from './note.js'
import { passDoor } from './otp-page.js'
import { withReason } from './outcome.js'
import { aheadOfSession, behindSession } from './place.js'
import { READERS } from './readers.js'
import { sendProblem, sendSeeOther } from './respond.js'
import { completeRouterOptions, type SessionRouterOptions } from './router-options.js'

/**
 * Mounts `POST /otp/send`, `/otp/resend`, `/otp/verify`, `/otp/cancel` and `GET /otp/status`, `/otp/config` in an app with express-session.
 * Anything else is passed on. From `express-otp/express`.
 *
 * Options are checked at once (`ERR_OTP_OPTION`); a missing or unusable session is reported to the app's error handler at the first request
 * (`ERR_OTP_NO_SESSION`, `ERR_OTP_SESSION_KIND`).
 *
 * @example
 * app.use(session({ secret, resave: false, saveUninitialized: false }))
 * app.use(sessionRouter(otp, { login: ({ to }, req) => { req.session.user = to } }))
 */
export function sessionRouter(otp: Otp, options: SessionRouterOptions = {}): RequestHandler {
  const settings = completeRouterOptions(otp, options)
  const { session, path, forms } = settings
  const place = session === undefined ? behindSession(otp, settings) : aheadOfSession(otp, settings, session, settings.sessionCookie)
  const door: Door = { otp, place, settings }
  const routes = new Map<string, { readonly method: string; run(req: Request, res: Response): Promise<void> }>()
  for (const [name, read] of Object.entries(READERS)) {
    routes.set(`${path}/${name}`, { method: 'GET', run: (req, res) => read(door, req, res) })
  }
  for (const [name, action] of Object.entries(ACTIONS)) {
    routes.set(`${path}/${name}`, { method: 'POST', run: (req, res) => post(name, action, req, res) })
  }

  async function post(name: string, action: Action, req: Request, res: Response): Promise<void> {
    if (isCrossSite(req, settings, isForm(req))) return sendProblem(res, { reason: 'cross_site' })
    const body = await readBody(req as Request & IncomingMessage, { forms: forms !== undefined })
    if (!body.ok) {
      const reason = body.reason === 'malformed' || body.reason === 'repeated_field' ? 'invalid_request' : body.reason
      return sendProblem(res, { reason, ...(reason === 'invalid_request' ? { errors: [{ field: 'body', reason: body.reason }] } : {}) })
    }
    const outcome = await action(door, body.fields, req, res)
    if (forms === undefined || !body.form || !prefersHtml(req))
      return outcome.answer(res, problemLanguage(body.fields.get('locale'), req.headers['accept-language']))
    const intent = intentNamed(body.fields)
    if (outcome.note !== undefined) {
      await leaveNote(door, req, res, intent, {
        action: name,
        values: typedValues(body.fields),
        problem: notedProblem(outcome.note.problem),
      })
    }
    sendSeeOther(res, outcome.page(forms(intent)))
  }

  return function sessionRouterMiddleware(req, res, next) {
    const route = routes.get(routeName(req.path))
    if (route === undefined) {
      if (forms !== undefined) passDoor(req, door)
      return next()
    }
    if (req.method !== route.method && !(route.method === 'GET' && req.method === 'HEAD')) {
      return sendProblem(res, { reason: 'method_not_allowed', headers: { Allow: route.method } })
    }
    route.run(req, res).catch((err: unknown) => {
      if (!(err instanceof OtpError) || err.status !== 503 || res.headersSent) return next(err)
      otp.reportOutage(routeName(req.path).slice(path.length + 1), err)
      abandonSession(req)
      const reason = 'temporarily_unavailable'
      // The body may be gone with the fault, and its intent with it.
      if (forms !== undefined && isForm(req) && prefersHtml(req)) return sendSeeOther(res, withReason(forms('').page, reason))
      sendProblem(res, { reason }, problemLanguage(undefined, req.headers['accept-language']))
    })
  }
}

function intentNamed(fields: ReadonlyMap<string, unknown>): string {
  const intent = fields.get('intent') ?? 'login'
  return typeof intent === 'string' ? intent : ''
}

/** As Express routes by default: any case, one slash more or less at the end. */
function routeName(path: string): string {
  const name = path.toLowerCase()
  return name.endsWith('/') ? name.slice(0, -1) : name
}

function prefersHtml(req: Request): boolean {
  return req.accepts(['json', 'html']) === 'html'
}
