import type { Request } from 'express'
import type { Otp } from '../core/otp.js'
import { checkOptions, flag, list, optionError, required, text } from '../options.js'
import { type FirstFactor, keepFirstFactor, methodsOfLogin } from '../session/first-factor.js'
import { isRememberedBrowser } from '../session/remembered.js'
import { setReturnTo, takeReturnTo } from '../session/state.js'
import { abandonSession, regenerateSession, saveSession, usableSession } from '../session/usable-session.js'

const USER_ID = required({ ...text(1, 256), opaque: true })

/** Who was right with the first factor. */
export interface SecondFactorOptions extends Pick<FirstFactor, 'userId'> {
  /** How, in the words of RFC 8176. @default ['pwd'] */
  readonly amr?: readonly string[] | undefined
  /** True where the person ticked "do not ask again on this browser", for an intent with `rememberDeviceSeconds`. @default false */
  readonly remember?: boolean | undefined
}

/**
 * Call it when the password was right, instead of logging in: for 600 seconds this browser may ask for the code of an intent with `secondFactor`, for this
 * user and nobody else, and the right code logs in. Until then nobody is signed in. The session gets a new id and loses all but the path to go back to; any login
 * or logout ends it. From `express-otp/express`.
 *
 * Rejects with `ERR_OTP_OPTION` for a wrong option and where no intent has `secondFactor`, `ERR_OTP_NO_SESSION` or `ERR_OTP_SESSION_KIND` for an unusable
 * session, `ERR_OTP_STORE` (status 503) where it cannot be saved.
 *
 * @example
 * await beginSecondFactor(otp, req, { userId: user.id })
 */
export async function beginSecondFactor(otp: Otp, req: Request, options: SecondFactorOptions): Promise<void> {
  checkOptions('beginSecondFactor', options, {
    userId: USER_ID,
    remember: flag,
    amr: list(text(1, 16, /^[a-z]+$/, 'a word of RFC 8176, e.g. "pwd"'), 1, 8),
  })
  if (![...otp.intents.values()].some(({ secondFactor }) => secondFactor))
    throw optionError('beginSecondFactor', 'no intent of createOtp has the option "secondFactor"')
  const session = usableSession(req)
  const returnTo = takeReturnTo(session)
  try {
    // Whoever planted the old session would otherwise share what is half a login (T45).
    await regenerateSession(req, session)
    const fresh = usableSession(req)
    setReturnTo(fresh, returnTo)
    const { amr = ['pwd'], remember, userId } = options
    keepFirstFactor(fresh, { userId, amr, remember }, otp.now())
    await saveSession(fresh)
  } catch (err) {
    abandonSession(req)
    throw err
  }
}

/** Whom the first factor let in so far, and which code would be asked for. */
export interface RememberedOptions extends Pick<FirstFactor, 'userId'> {
  /** The intent, with `secondFactor` and `rememberDeviceSeconds`. */
  readonly intent: string
}

/**
 * True where this browser gave the right code of this intent for this user within `rememberDeviceSeconds`, and the person asked then not to be asked again: the
 * application may log in without `beginSecondFactor`. It says nothing of who sits there, so call it after the password only; `amrOf` is empty for such a login, and
 * no step-up is met by it. A signed cookie, which nobody but the browser keeps: it ends with its time, with another address in the record, and for everybody with
 * the secret; not with a logout. From `express-otp/express`.
 *
 * Rejects with `ERR_OTP_OPTION` for a wrong option or intent, `ERR_OTP_STORE` (status 503) where `recipient` does not answer within 10 s.
 *
 * @example
 * if (await isRemembered(otp, req, { intent: 'second-factor', userId: user.id })) return req.logIn(user, done)
 */
export async function isRemembered(otp: Otp, req: Request, options: RememberedOptions): Promise<boolean> {
  checkOptions('isRemembered', options, { userId: USER_ID, intent: required(text(1, 36)) })
  const intent = otp.intents.get(options.intent)
  if (intent?.rememberDeviceSeconds === undefined)
    throw optionError('isRemembered', `the intent ${JSON.stringify(options.intent)} has no "rememberDeviceSeconds"`)
  return await isRememberedBrowser(otp, intent, options.userId, req)
}

/**
 * How the signed-in user of this session was authenticated, in the words of RFC 8176, e.g. `['pwd', 'otp', 'sms', 'mfa']`; `[]` where the login had no second
 * factor. `mfa` stands there for a password or PIN with a code to a phone; a code by e-mail is none. From `express-otp/express`.
 */
export function amrOf(req: Request): readonly string[] {
  return methodsOfLogin(usableSession(req))
}
