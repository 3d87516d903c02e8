import type { Check } from '../options.js'
import { TIMEOUT_CHECK } from './deadline.js'
import { targetUrl } from './webhook-options.js'

/** Options that every vendor's transport has. */
export interface VendorOptions {
  /** Seconds until silence counts as "may have sent": 0.05 to 60. @default 10 */
  readonly timeoutSeconds?: number | undefined
  /** Another base URL of the vendor's API, such as a regional one: `https`, or `http` to a loopback host for tests. */
  readonly baseUrl?: string | URL | undefined
}

/** An absolute `https` URL, or `http` to a loopback host. */
export const httpsUrl: Check = targetUrl({ allowHttp: false })

const base: Check = {
  ...httpsUrl,
  allowed: `${httpsUrl.allowed}, query and fragment`,
  accepts: (value) => httpsUrl.accepts(value) && !/[?#]/.test(String(value)),
}

/** Checks of {@link VendorOptions}. */
export const VENDOR_CHECKS: { readonly timeoutSeconds: Check; readonly baseUrl: Check } = { timeoutSeconds: TIMEOUT_CHECK, baseUrl: base }

/** A key or password: printable ASCII, as it goes into a header. */
export const credential: Check = {
  allowed: '1 to 2000 printable ASCII characters without blanks',
  secret: true,
  accepts: (value) => typeof value === 'string' && /^[!-~]{1,2000}$/.test(value),
}

/** A phone number in E.164 form. */
export const phoneNumber: Check = {
  allowed: 'a phone number in international form, such as "+12065550100"',
  accepts: isPhoneNumber,
}

/** Whether a value is a number in E.164 form. */
export function isPhoneNumber(value: unknown): boolean {
  return typeof value === 'string' && /^\+[1-9][0-9]{6,14}$/.test(value)
}

/** A base URL ready for a path to be put behind it. */
export function baseUrl(given: string | URL | undefined, fallback: string): string {
  return String(given ?? fallback).replace(/\/+$/, '')
}
