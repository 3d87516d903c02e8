import { escapeHtml } from './escape-html.js'
import type { Draft, Ink } from './messages/draft.js'

/** Escapes for HTML. */
export const HTML: Ink = { literal: escapeHtml, value: escapeHtml, own: (text) => text }

/** As {@link HTML}, with what is filled in kept apart from a text that runs from right to left: "100 EUR" stays in its order. */
const HTML_RTL: Ink = { ...HTML, value: (text) => `<bdi>${escapeHtml(text)}</bdi>` }

/**
 * The HTML part: the words of the text part, readable in light and dark, from left to right and from right to left. No image, no link and
 * nothing loaded, so that opening it tells nobody. `hidesCode` puts the warning in front, unseen, where a mail program shows the beginning
 * of a message on a locked screen.
 */
export function emailHtml(draft: Draft, subject: string, options: FrameOptions): string {
  const { unsaid, words } = draft
  const ink = words.direction === 'rtl' ? HTML_RTL : HTML
  const say = (source: string): string => draft.write(source, ink)
  const context = unsaid.map(([field, value]) => `${escapeHtml(field)}: <strong>${ink.value(value)}</strong>`)
  return framed(draft, subject, options, [
    `<p style="${PARAGRAPH}">${say(words.lead)}</p>`,
    `<p class="code" dir="ltr" style="${CODE}">${draft.write('{code}', HTML)}</p>`,
    ...(context.length === 0 ? [] : [`<p style="${PARAGRAPH}">${context.join('<br>')}</p>`]),
    `<p style="${PARAGRAPH}">${say(words.validity)} ${draft.write(words.mark, { ...ink, value: (text) => `<strong>${ink.value(text)}</strong>` })}</p>`,
    `<p class="small" style="${SMALL}">${say(words.warning)}</p>`,
  ])
}

/**
 * The HTML part of a caller's own text, in the pieces between which the code stands: the text as it is, with the code set apart where it stands, in the
 * same frame. Its language is not known, so that it finds its direction by itself.
 */
export function callerHtml(draft: Draft, subject: string, pieces: readonly string[], options: FrameOptions): string {
  const code = `<strong class="code" dir="ltr" style="${CODE_IN_TEXT}">${draft.write('{code}', HTML)}</strong>`
  const text = pieces.map((piece) => escapeHtml(piece).replaceAll('\n', '<br>\n')).join(code)
  return framed(draft, subject, options, [`<p dir="auto" style="${PARAGRAPH};text-align:start">${text}</p>`])
}

interface FrameOptions {
  readonly hidesCode: boolean
}

function framed({ name, words, write }: Draft, subject: string, options: FrameOptions, body: readonly string[]): string {
  return [
    '<!doctype html>',
    `<html lang="${name}" dir="${words.direction}">`,
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="supported-color-schemes" content="light dark">',
    '<meta name="format-detection" content="telephone=no">',
    `<title>${escapeHtml(subject)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    `<body class="page" style="margin:0;padding:0;${PAGE}">`,
    ...(options.hidesCode
      ? [`<div aria-hidden="true" style="${UNSEEN}">${write(words.warning, words.direction === 'rtl' ? HTML_RTL : HTML)}</div>`]
      : []),
    `<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="${PAGE}">`,
    '<tr><td align="center" style="padding:24px 12px">',
    `<table role="presentation" class="card" cellpadding="0" cellspacing="0" border="0" dir="${words.direction}" style="${CARD}">`,
    `<tr><td style="padding:24px 20px 16px;text-align:${words.direction === 'rtl' ? 'right' : 'left'}">`,
    ...body,
    '</td></tr>',
    '</table>',
    '</td></tr>',
    '</table>',
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

// Colours stand in the elements for programs that drop style sheets, and in the style sheet for those that show mail in the dark.
const STYLE =
  ':root{color-scheme:light dark;supported-color-schemes:light dark}@media (prefers-color-scheme:dark){' +
  '.page{background:#16181c!important;color:#e6e8eb!important}.card{background:#212429!important;border-color:#3a3f47!important;' +
  'color:#e6e8eb!important}.code{background:#31363e!important;color:#fff!important}.small{color:#aab1bb!important}}'

const FONT = "font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const PAGE = `background:#f3f4f6;color:#1d2127;${FONT}`
const CARD = `width:100%;max-width:480px;background:#fff;border:1px solid #dfe2e7;border-radius:10px;color:#1d2127;${FONT}`
const PARAGRAPH = 'margin:0 0 16px'
const SMALL = 'margin:0 0 8px;font-size:14px;color:#596270'
const CODE =
  'margin:0 0 16px;padding:14px 12px;border-radius:8px;background:#eef0f3;color:#111;text-align:center;' +
  'font:bold 28px/1.2 ui-monospace,Consolas,Menlo,monospace;letter-spacing:4px;overflow-wrap:anywhere'
const CODE_IN_TEXT =
  'display:inline-block;padding:2px 10px;border-radius:8px;background:#eef0f3;color:#111;' +
  'font:bold 24px/1.3 ui-monospace,Consolas,Menlo,monospace;letter-spacing:3px;overflow-wrap:anywhere'
const UNSEEN = 'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all'
