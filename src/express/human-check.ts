import type { Request } from 'express'
import type { Otp } from '../core/otp.js'
import type { Appeal } from '../core/requests.js'
import type { Refused, Sent } from '../core/results.js'
import { OtpError } from '../errors.js'
import type { FieldReader } from '../session/fields.js'
import { within } from '../util/within.js'
import type { HumanQuestion, RouterSettings } from './router-options.js'

/** Characters of a token: what Turnstile gives at most. */
const MAX_RESPONSE = 2048

/** Seconds that an application has to ask its vendor. */
const HUMAN_SECONDS = 5

/** What a router knows of human checks. */
type HumanPolicy = Pick<RouterSettings, 'challengeHuman' | 'challengeHumanOn'>

/** The human check of one send. */
export interface HumanCheck {
  readonly appeal: Appeal
  /** True where the send would have had a place if there were a person. */
  isRequired(outcome: Sent | Refused): boolean
}

/** Body fields of a send that a human check adds. */
export function humanFields({ challengeHuman }: HumanPolicy): readonly string[] {
  return challengeHuman === undefined ? [] : ['human']
}

/** Reads the token of a send; nothing is asked before a limit refuses. */
export function humanCheck(otp: Otp, policy: HumanPolicy, read: FieldReader, req: Request): HumanCheck | undefined {
  const { challengeHuman, challengeHumanOn } = policy
  if (challengeHuman === undefined) return undefined
  // A form sends the field empty where nothing was solved.
  const response = read.text('human', MAX_RESPONSE) ?? ''
  let asked: Promise<boolean> | undefined
  let isMissing = false

  async function ask(question: HumanQuestion): Promise<boolean> {
    const late = (): OtpError => new OtpError('ERR_OTP_STORE', `challengeHuman did not answer within ${HUMAN_SECONDS} s.`, { status: 503 })
    try {
      // What it throws at once is a rejection too.
      const answer = new Promise<unknown>((resolve) => resolve(challengeHuman?.(question, req)))
      return (await within(HUMAN_SECONDS, answer, late)) === true
    } catch (cause) {
      const failed = cause instanceof OtpError ? cause : new OtpError('ERR_OTP_STORE', 'challengeHuman failed.', { status: 503, cause })
      otp.reportOutage('human_check', failed)
      return false
    }
  }

  return {
    async appeal({ limit: reason, to }) {
      if (!challengeHumanOn.includes(reason)) return false
      // A token is good once, and this send may meet several limits.
      asked ??= response === '' ? Promise.resolve(false) : ask({ reason, to, response })
      isMissing = !(await asked)
      return !isMissing
    },
    isRequired: (outcome) => isMissing && !outcome.ok && outcome.reason === 'rate_limited',
  }
}
