import { OtpError } from '../errors.js'
import type { KeepRequest, Register } from '../ports/register.js'

const KEY = /^[\w-]{16}$/
const MAX_VALUE_BYTES = 16_384
const MAX_TTL_SECONDS = 172_800
const MAX_WINDOW_SECONDS = 366 * 86_400

/** The same verbs, which reject with `ERR_OTP_STORE` what the port does not allow, before anything is asked. */
export function checkedRegister(register: Register): Register {
  return {
    async claim(request) {
      checkKept(request)
      return await register.claim(request)
    },
    async keep(request) {
      checkKept(request)
      await register.keep(request)
    },
    async look(request) {
      checkKey(request.key)
      return await register.look(request)
    },
    async drop(request) {
      checkKey(request.key)
      await register.drop(request)
    },
    async charge(request) {
      const { key, amount, limit, windowSeconds } = request
      checkKey(key)
      if (!Number.isSafeInteger(amount)) throw malformed('amount')
      if (!Number.isSafeInteger(limit)) throw malformed('limit')
      if (windowSeconds !== undefined && !isCount(windowSeconds, MAX_WINDOW_SECONDS)) throw malformed('window')
      return await register.charge(request)
    },
  }
}

function checkKept({ key, value, ttlSeconds }: KeepRequest): void {
  checkKey(key)
  // Half of a surrogate pair is no text: it would come back as something else.
  if (typeof value !== 'string' || /\p{Surrogate}/u.test(value)) throw malformed('value')
  if (Buffer.byteLength(value) > MAX_VALUE_BYTES) throw malformed('value: it is above 16 KiB')
  if (!isCount(ttlSeconds, MAX_TTL_SECONDS)) throw malformed('life')
}

function checkKey(key: string): void {
  if (typeof key !== 'string' || !KEY.test(key)) throw malformed('key')
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max
}

function malformed(what: string): OtpError {
  return new OtpError('ERR_OTP_STORE', `The register was asked with a malformed ${what}.`, { status: 503 })
}
