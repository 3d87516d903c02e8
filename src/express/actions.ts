import type { Request, Response } from 'express'
import type { Intent } from '../core/intents.js'
import type { Otp } from '../core/otp.js'
import type { RecallRequest } from '../core/requests.js'
import { callerFor } from '../session/caller.js'
import { addCookie } from '../session/cookies.js'
import { keepDevice } from '../session/device-cookie.js'
import { acceptedLocale, type FieldReader, readFields } from '../session/fields.js'
import { firstFactorOf, withFirstFactor } from '../session/first-factor.js'
import { isInFlight } from '../session/pointer-cookie.js'
import { rememberedLine } from '../session/remembered.js'
import { pointerOf, type SessionLike, setPointer, takeReturnTo } from '../session/state.js'
import { abandonSession, freshSession, saveSession } from '../session/usable-session.js'
import { humanCheck, humanFields } from './human-check.js'
import { logIn } from './log-in.js'
import { accepted, alreadyVerified, type Outcome, refusal, sent } from './outcome.js'
import type { Place, Visit } from './place.js'
import { type Problem, sendJson } from './respond.js'
import type { RouterSettings } from './router-options.js'

/** What every route of one mounted router shares. */
export interface Door {
  readonly otp: Otp
  readonly place: Place
  readonly settings: RouterSettings
}

/** One POST route. */
export type Action = (door: Door, fields: ReadonlyMap<string, unknown>, req: Request, res: Response) => Promise<Outcome>

/** Characters of an id at most: one hash for each of four channels, and a tail. */
const MAX_ID = 200

const sendCode: Action = async (door, fields, req, res) => {
  const known = ['to', 'channel', 'channels', 'recipients', 'intent', 'locale', 'context', ...humanFields(door.settings)]
  const read = readFields(fields, known)
  const check = humanCheck(door.otp, door.settings, read, req)
  const channel = read.channel('channel')
  const locale = read.locale('locale') ?? acceptedLocale(req.headers['accept-language'])
  const intent = intentOf(door, read)
  if (intent === undefined || read.errors.length > 0) return refusal(invalidRequest(read))
  const { browser, caller, pending, hold } = await door.place.visit(req, res, intent)
  const request = {
    tenant: caller.tenant,
    userId: caller.userId,
    ip: caller.ip,
    device: caller.device,
    to: read.raw('to'),
    channel,
    channels: read.raw('channels'),
    recipients: read.raw('recipients'),
    intent: intent.name,
    locale,
    context: read.raw('context'),
    browser,
    current: pending,
    hold,
    appeal: check?.appeal,
  }
  return sent(door.settings, await door.otp.send(request), check)
}

const resendCode: Action = async (door, fields, req, res) => {
  const read = readFields(fields, ['intent', 'channel', 'locale', ...humanFields(door.settings)])
  const check = humanCheck(door.otp, door.settings, read, req)
  const channel = read.channel('channel')
  const locale = read.locale('locale') ?? acceptedLocale(req.headers['accept-language'])
  const intent = intentOf(door, read)
  if (intent === undefined || read.errors.length > 0) return refusal(invalidRequest(read))
  const { caller, pending, hold } = await door.place.visit(req, res, intent)
  const request = { ...caller, channel, intent: intent.name, locale, current: pending, hold, appeal: check?.appeal }
  return sent(door.settings, await door.otp.resend(request), check)
}

const verifyCode: Action = async (door, fields, req, res) => {
  const read = readFields(fields, ['code', 'codes', 'intent', 'context', 'id'])
  const intent = intentOf(door, read)
  const named = intent === undefined ? undefined : namedChallenge(read, intent)
  if (intent === undefined || read.errors.length > 0) return refusal(invalidRequest(read))
  const visit = await door.place.visit(req, res, intent)
  const id = named ?? visit.pending
  const isLogin = intent.name === door.settings.loginIntent
  // A login spends the proof here and now; without a login of the application's own it waits for a guard, like any other.
  const leaveGrant = !isLogin || (door.settings.passport === undefined && door.settings.login === undefined)
  const result = await door.otp.verify({
    ...visit.caller,
    id,
    code: read.raw('code'),
    codes: read.raw('codes'),
    context: read.raw('context'),
    intent: intent.name,
    leaveGrant,
  })
  if (!result.ok) {
    const isOver = result.reason === 'no_pending_challenge'
    const before = { intent: intent.name, context: read.raw('context') }
    return isOver && (await isAlreadyVerified(door, visit, intent, before, req)) ? alreadyVerified(result) : refusal(result)
  }
  // For the browser's cookie alone: no page, and no callback that might hand it on, sees it.
  const { deviceToken, ...verified } = result
  if (!verified.complete) return accepted(verified, undefined)

  const isOwn = id === visit.pending
  const visited = isOwn ? await visit.session() : await door.place.session(req, res)
  const session =
    visited === undefined || (isLogin && !intent.secondFactor) ? visited : await sameSession(door, req, visit.caller.userId, intent)
  // Somebody logged in or out while the code was on its way: it is used up, and proves nothing for anybody (T17).
  if (session === undefined) {
    await door.otp.cancel(verified.id)
    return refusal({ reason: 'no_pending_challenge' })
  }
  if (isOwn) visit.forget()
  const returnTo = takeReturnTo(session)
  if (!isLogin) {
    setPointer(session, 'granted', intent.name, verified.id)
    await saveSession(session)
    keepDevice(door.settings, deviceToken, req, session, res)
    return accepted(verified, returnTo)
  }
  const first = intent.secondFactor ? firstFactorOf(session, door.otp.now()) : undefined
  const forget = (): Promise<void> => door.otp.cancel(verified.id).catch(() => undefined)
  const finish = async (): Promise<{ readonly isKnown: boolean; readonly remembered: string | undefined }> => {
    const proof = { verified: withFirstFactor(verified, first), isSecond: first !== undefined }
    const remembered = await rememberedLine(door.otp, intent, first, req, session)
    return { remembered, isKnown: await logIn(door.settings, proof, session, req, res) }
  }
  const { isKnown, remembered } = await finish().catch((err: unknown) => {
    // Not waited for: the store may be what was away.
    void forget()
    throw err
  })
  // Nobody was logged in, and nobody is told so.
  if (!isKnown) await forget()
  // An unknown user looks like a wrong code, also by its cookies (T48).
  if (!isKnown) return { ...refusal({ reason: 'invalid_code', attemptsLeft: Math.max(0, verified.attemptsLeft - 1) }), note: undefined }
  if (!leaveGrant) visit.keepSuccess(verified.id)
  keepDevice(door.settings, deviceToken, req, session, res)
  if (remembered !== undefined) addCookie(res, remembered)
  return accepted(verified, returnTo, !leaveGrant)
}

/** The challenge of another browser that a guess is for, where the intent allows it (T16); elsewhere the field does not exist. */
function namedChallenge(read: FieldReader, intent: Intent): string | undefined {
  if (intent.allowOtherBrowser) return read.text('id', MAX_ID)
  if (read.raw('id') !== undefined) read.errors.push({ field: 'id', reason: 'unknown_field' })
  return undefined
}

/** True where this very browser gave the right code before, and what that was good for still holds. */
async function isAlreadyVerified(
  door: Door,
  visit: Visit,
  intent: Intent,
  request: Omit<RecallRequest, 'id'>,
  req: Request,
): Promise<boolean> {
  const last = await visit.last()
  const verifiedMs = last === undefined ? undefined : await door.otp.recall({ ...request, id: last.id, caller: last.caller })
  if (last === undefined || verifiedMs === undefined) return false
  if (!last.isBefore) return true
  if (!isInFlight(verifiedMs) || (await visit.session()) === undefined) return false
  // Where another browser may have given it, this one did only if its session has the proof (T16).
  if (intent.allowOtherBrowser && pointerOf(await freshSession(req), 'granted', intent.name) !== last.id) return false
  // The session of this request may be the one that the login ended: it must not be saved again, nor its cookie take the place of the new one.
  abandonSession(req)
  return true
}

/** The session as it is by now, where it still is the same user's. */
async function sameSession(door: Door, req: Request, userId: string, intent: Intent): Promise<SessionLike | undefined> {
  const session = await freshSession(req)
  const isSame = !intent.userBound || callerFor(req, session, door.settings, intent, door.otp.now()).userId === userId
  return isSame ? session : undefined
}

const cancelCode: Action = async (door, fields, req, res) => {
  const read = readFields(fields, ['intent'])
  const intent = intentOf(door, read)
  if (intent === undefined || read.errors.length > 0) return refusal(invalidRequest(read))
  const visit = await door.place.visit(req, res, intent)
  const last = visit.pending === undefined ? await visit.last() : undefined
  await door.otp.cancel(visit.pending ?? (last?.isBefore === false ? last.id : undefined))
  if (visit.pending !== undefined) visit.forget()
  return { answer: (answer) => sendJson(answer, { status: 'cancelled', intent: intent.name }), page: ({ page }) => page, note: undefined }
}

/** The POST routes by name. */
export const ACTIONS: Readonly<Record<string, Action>> = { send: sendCode, resend: resendCode, verify: verifyCode, cancel: cancelCode }

function intentOf(door: Door, read: FieldReader): Intent | undefined {
  const name = read.text('intent', 36) ?? 'login'
  const intent = door.otp.intents.get(name)
  if (intent === undefined && read.errors.length === 0) read.errors.push({ field: 'intent', reason: 'unknown' })
  return intent
}

function invalidRequest(read: FieldReader): Problem {
  return { reason: 'invalid_request', errors: read.errors }
}
