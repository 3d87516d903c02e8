import type { Request } from 'express'
import type { Verified } from '../core/results.js'
import { OtpError } from '../errors.js'

/** Answers for a verify callback: `done(err)`, `done(null, user, info)`, or `done(null, false, info)` for no such user. */
export type VerifyDone = (err: unknown, user?: unknown, info?: unknown) => void

/**
 * Finds the user of a proved recipient. Returns or resolves to the user, or to `false`, `null` or `undefined` for none; or else takes `done` and calls it,
 * as other strategies have it. One that takes `done` answers by nothing else. An error, or no answer within 10 seconds, logs nobody in.
 */
export type VerifyUser = (verified: Verified, done: VerifyDone) => unknown

/** A {@link VerifyUser} for `passReqToCallback`. */
export type VerifyUserWithRequest = (req: Request, verified: Verified, done: VerifyDone) => unknown

/** What a verify callback answered. */
export interface Found {
  readonly user: unknown
  readonly info: unknown
}

/** Milliseconds that an application has to find its user. */
const DEADLINE_MS = 10_000

/** Asks the application, whichever way it answers. Its first answer counts; later ones change nothing (T47). */
export async function findUser(verifyUser: VerifyUser | VerifyUserWithRequest, args: readonly unknown[]): Promise<Found> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<Found>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new OtpError('ERR_OTP_STORE', 'OtpStrategy: no answer from the verify callback.', { status: 503 })),
        DEADLINE_MS,
      )
      const done: VerifyDone = (err, user, info) => (err ? reject(err) : resolve({ user, info }))
      const answer: unknown = Reflect.apply(verifyUser, undefined, [...args, done])
      if (verifyUser.length <= args.length) Promise.resolve(answer).then((user) => resolve({ user, info: undefined }), reject)
      // With `done`, what is returned may be a query, a timer or a connection, and is never taken for the user.
      else if (answer instanceof Promise) answer.catch(reject)
    })
  } finally {
    clearTimeout(timer)
  }
}
