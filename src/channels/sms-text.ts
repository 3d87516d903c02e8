import type { Wording } from '../ports/channel.js'
import { contextEntries, intentPhrase, lifetime } from './phrases.js'

/** The full wording of an SMS, without the origin-bound line. */
export function smsText(wording: Wording): string {
  const { code, service, reference } = wording
  return [
    `${code} is your ${service} code for ${intentPhrase(wording.intent)} (${reference}). Valid for ${validity(wording)}. Do not share it.`,
    ...contextEntries(wording).map(([name, value]) => `${name}: ${value}`),
  ].join('\n')
}

/** The same in fewer characters, for what else would need a third segment. */
export function briefSmsText(wording: Wording): string {
  const values = contextEntries(wording).map(([, value]) => value)
  const what = [intentPhrase(wording.intent), ...values].join(', ')
  return `${wording.code} ${wording.service} code for ${what} (${wording.reference}), ${validity(wording)}. Do not share.`
}

/**
 * The last line, by which a phone offers the code to no other site than this (WICG, "Origin-bound one-time codes delivered via SMS").
 */
export function originBoundLine(host: string, code: string): string {
  return `@${host} #${code}`
}

function validity(wording: Wording): string {
  const { count, unit } = lifetime(wording.ttlSeconds)
  return unit === 'minute' ? `${count} min` : `${count} s`
}
