import type { Worded, Wording } from '../ports/message.js'
import { escapeHtml } from './escape-html.js'

/** What stands for code and reference: characters that no language has, and no service's name is to have. */
const CODE = '\ue000'
const REFERENCE = '\ue001'
const MARKS = /([\ue000\ue001])/

/** Stencils that are kept; when there are more, all are made anew. Lifetimes and tags of languages come from outside. */
const MAX_KEPT = 200

type Pieces = readonly string[]

interface Stencil {
  readonly parts: number
  readonly subject: Pieces | undefined
  readonly text: Pieces
  readonly html: Pieces | undefined
}

/**
 * Writes messages as `write` does, for wordings that say nothing of their own: all of one intent, language and lifetime are alike but for code and reference, so that one is
 * written, and the others are filled in.
 */
export function stencilled(write: (wording: Wording) => Worded): (wording: Wording) => Worded {
  const kept = new Map<string, Stencil>()

  function cut(wording: Wording): Stencil {
    const { html, parts, subject, text } = write({ ...wording, code: CODE, reference: REFERENCE })
    return { parts, subject: subject?.split(MARKS), text: text.split(MARKS), html: html?.split(MARKS) }
  }

  return (wording) => {
    const { code, country, intent, locale, reference, service, ttlSeconds } = wording
    if (MARKS.test(service)) return write(wording)
    const key = `${intent}\n${locale}\n${country}\n${ttlSeconds}\n${service}`
    let stencil = kept.get(key)
    if (stencil === undefined) {
      stencil = cut(wording)
      if (kept.size >= MAX_KEPT) kept.clear()
      kept.set(key, stencil)
    }
    const { html, parts, subject, text } = stencil
    return {
      subject: subject && filled(subject, code, reference),
      text: filled(text, code, reference),
      html: html && filled(html, escapeHtml(code), reference),
      parts,
    }
  }
}

/** Every second piece is a mark. */
function filled(pieces: Pieces, code: string, reference: string): string {
  let text = ''
  for (const piece of pieces) text += piece === CODE ? code : piece === REFERENCE ? reference : piece
  return text
}
