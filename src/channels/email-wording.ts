import type { Wording } from '../ports/channel.js'
import { escapeHtml } from './escape-html.js'
import { contextEntries, intentPhrase, lifetime } from './phrases.js'

/** The subject: the service and the reference, not the code, which a locked screen would show. */
export function emailSubject(wording: Wording): string {
  return `Your ${wording.service} code (${wording.reference})`
}

/** The plain text part. */
export function emailText(wording: Wording): string {
  const { service } = wording
  const context = contextEntries(wording).map(([name, value]) => `${name}: ${value}`)
  return [
    `Your ${service} code for ${intentPhrase(wording.intent)}:`,
    `    ${wording.code}`,
    ...(context.length === 0 ? [] : [context.join('\n')]),
    `${validity(wording)} This message is marked ${wording.reference}.`,
    warning(service),
  ].join('\n\n')
}

/**
 * The HTML part: the same words, escaped, readable in light and dark. No image, no link and nothing loaded, so that opening
 * it tells nobody.
 */
export function emailHtml(wording: Wording): string {
  const service = escapeHtml(wording.service)
  const context = contextEntries(wording).map(([name, value]) => `${escapeHtml(name)}: <strong>${escapeHtml(value)}</strong>`)
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="supported-color-schemes" content="light dark">',
    '<meta name="format-detection" content="telephone=no">',
    `<title>${escapeHtml(emailSubject(wording))}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">',
    `<p>Your ${service} code for ${escapeHtml(intentPhrase(wording.intent))}:</p>`,
    `<p class="code" style="${CODE_STYLE}">${escapeHtml(wording.code)}</p>`,
    ...(context.length === 0 ? [] : [`<p>${context.join('<br>')}</p>`]),
    `<p>${validity(wording)} This message is marked <strong>${escapeHtml(wording.reference)}</strong>.</p>`,
    `<p>${escapeHtml(warning(wording.service))}</p>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

const STYLE = ':root{color-scheme:light dark}@media (prefers-color-scheme:dark){.code{background:#2b2b2b!important;color:#fff!important}}'

const CODE_STYLE =
  'display:inline-block;margin:8px 0;padding:12px 20px;border-radius:6px;background:#f0f0f0;color:#111;' +
  'font:bold 30px/1.2 ui-monospace,monospace;letter-spacing:4px'

function validity(wording: Wording): string {
  const { count, unit } = lifetime(wording.ttlSeconds)
  return `It is valid for ${count} ${unit}${count === 1 ? '' : 's'} and works once.`
}

function warning(service: string): string {
  return `Do not share this code. ${service} never asks for it by phone or e-mail. If you did not ask for it, ignore this message.`
}
