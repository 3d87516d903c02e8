import type { ApiAnswer } from '../../core/service/dialect.js'
import { failure } from './answers.js'
import { fieldsOf, isGiven } from './fields.js'
import { CHANNELS, type Session, type SessionChannel } from './session.js'

/** Codes as a request has them: text, or a number that some client wrote without quotes. */
export type Otps = ReadonlyMap<string, string | number>

/** The codes of a verify; an answer for what is no code at all, which is neither compared nor charged (T36). */
export function readOtps(value: unknown): Otps | ApiAnswer {
  const given = isGiven(value) ? fieldsOf(value) : undefined
  if (given === undefined || given.size === 0) return failure('missingCodes')
  const otps = new Map<string, string | number>()
  for (const [name, code] of given) {
    const isCode = typeof code === 'number' || (typeof code === 'string' && code.trim() !== '')
    if (!isCode) return failure('missingCodes', { field: 'otps' })
    otps.set(name, code)
  }
  return otps
}

/** The codes of a session's own channels; an answer where one is for another channel, or is a number that no code of this length is. */
export function fitted(otps: Otps, { channels, codeLength }: Session): ReadonlyMap<SessionChannel, string> | ApiAnswer {
  const codes = new Map<SessionChannel, string>()
  for (const [name, code] of otps) {
    const channel = CHANNELS.find((known) => known === name)
    if (channel === undefined || !channels.includes(channel)) return failure('channelNotFound')
    const text = typeof code === 'string' ? code : padded(code, codeLength)
    if (text === undefined) return failure('missingCodes', { field: `otps.${channel}` })
    codes.set(channel, text)
  }
  return codes
}

/** A whole number from 0 to 10^n - 1 as n digits, and nothing else (T36). */
function padded(code: number, length: number): string | undefined {
  return Number.isSafeInteger(code) && code >= 0 && !Object.is(code, -0) && code < 10 ** length
    ? String(code).padStart(length, '0')
    : undefined
}
