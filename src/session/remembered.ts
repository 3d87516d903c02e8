import type { Intent } from '../core/intents.js'
import type { Otp } from '../core/otp.js'
import { ownAddress } from '../core/own-address.js'
import { OtpError } from '../errors.js'
import { cookieLine, cookieOf } from './cookies.js'
import { isSecure, REMEMBERED_COOKIE } from './device-cookie.js'
import type { FirstFactor } from './first-factor.js'
import type { DoorRequest, SessionLike } from './state.js'

/** When it ends, epoch seconds in base 36, and the signature. */
const TOKEN = /^([0-9a-z]{1,8})\.([\w-]{22})$/

/**
 * The `Set-Cookie` line by which this browser needs no second factor of this user for a while, where the person wished that and the intent allows it; it is to be
 * sent once the user is logged in.
 */
export async function rememberedLine(
  otp: Otp,
  intent: Intent,
  first: FirstFactor | undefined,
  req: DoorRequest,
  session: SessionLike | undefined,
): Promise<string | undefined> {
  const maxAge = intent.rememberDeviceSeconds
  if (first?.remember !== true || maxAge === undefined) return undefined
  const until = Math.floor(otp.now() / 1000 + maxAge).toString(36)
  const text = await signedText(intent, first.userId, until).catch((cause: unknown) => {
    // The code is used up, and nobody is logged in (T48).
    throw new OtpError('ERR_OTP_STORE', 'The browser could not be remembered.', { status: 503, cause })
  })
  const signature = otp.cookies.sign(text)
  return cookieLine(REMEMBERED_COOKIE, `${until}.${signature}`, { maxAge, secure: req.secure === true || isSecure(session?.cookie) })
}

/** True where this browser was remembered for this user and the address that the record still names, and not for longer than the intent allows by now. */
export async function isRememberedBrowser(otp: Otp, intent: Intent, userId: string, req: DoorRequest): Promise<boolean> {
  const [, until, signature] = TOKEN.exec(cookieOf(req, REMEMBERED_COOKIE) ?? '') ?? []
  if (until === undefined || signature === undefined || intent.rememberDeviceSeconds === undefined) return false
  const left = Number.parseInt(until, 36) - otp.now() / 1000
  if (left <= 0 || left > intent.rememberDeviceSeconds) return false
  return otp.cookies.isSigned(await signedText(intent, userId, until), signature)
}

async function signedText(intent: Intent, userId: string, until: string): Promise<string> {
  return JSON.stringify(['remembered', intent.name, userId, await ownAddress(intent, userId), until])
}
