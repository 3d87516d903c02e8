import { optionError } from '../options.js'
import type { Wording } from '../ports/message.js'
import { UNPRINTABLE } from './messages/own-templates.js'

/** What stands for the code in a caller's text. */
const CODE = '{code}'

/** Longest text that a caller may write (Octopush). Where it leaves the code out, that follows it behind a blank. */
const MAX_LENGTH = 1224

/** Most segments of an SMS that a caller's text may take: as many as the longest one in the GSM 7-bit alphabet, and its code. */
export const MAX_CALLER_PARTS = 9

/**
 * An authenticated caller's own text, in the pieces between which the code stands: two at least. `undefined` where the caller gave none. The door has
 * checked it; what it should not have let through is `ERR_OTP_OPTION` here, which shows nothing of it.
 */
export function callerText(owner: string, { code, text }: Pick<Wording, 'code' | 'text'>): readonly [string, ...string[]] | undefined {
  if (text === undefined) return undefined
  if (UNPRINTABLE.lines.test(text)) throw optionError(owner, 'a text of the caller must not contain control characters')
  const [first = '', ...rest] = text.split(CODE)
  if (rest.length === 0) throw optionError(owner, 'a text of the caller must contain {code}')
  const length = text.length + rest.length * (code.length - CODE.length)
  const most = MAX_LENGTH + ` ${code}`.length
  if (length > most)
    throw optionError(owner, `a text of the caller must have at most ${most} characters with the code in it, not ${length}`)
  return [first, ...rest]
}
