// What every answer has in common: pages, headers, problems.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Full path of a file or folder of this example. */
export const folder = (name) => fileURLToPath(new URL(name, import.meta.url))

/** True where a person looks at the answer, not a script. */
export const wantsPage = (req) => req.accepts(['json', 'html']) === 'html'

/** Sends a page of `pages/`. */
export function page(name) {
  return (_req, res) => res.sendFile(`${name}.html`, { root: folder('pages') })
}

/**
 * A page of `pages/` with what stands at its `{{places}}`, escaped, and the section shown that is `step`. Its first field gets the focus, and is marked where
 * what was typed is refused.
 */
export function render(name, { step, isRefused, ...values }) {
  const html = pages.get(name) ?? readFileSync(folder(`pages/${name}.html`), 'utf8')
  pages.set(name, html)
  const field = new RegExp(`id="${step}"[^]*? required`)
  return html
    .replace(`id="${step}" hidden`, `id="${step}"`)
    .replace(field, `$& autofocus${isRefused ? ' aria-invalid="true"' : ''}`)
    .replace(/{{(\w+)}}/g, (_, place) => escapeHtml(String(values[place] ?? '')))
}

const pages = new Map()
const escapeHtml = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** What the pages with a code show without scripts, of what `otpPage` tells. */
export function codePlaces({ granted, pending, problem, values }, { isDone = false } = {}) {
  const step = isDone ? 'done' : pending !== undefined ? 'enter' : granted !== undefined && 'context.payee' in values ? 'confirm' : 'ask'
  const isAboutCode = problem?.field === 'code' && step === 'enter'
  return {
    step,
    isRefused: problem !== undefined,
    ...{ to: values.to, amount: values['context.amount'], payee: values['context.payee'], ...pending?.context },
    ...{ sentTo: pending?.to, channel: pending?.channel === 'email' ? 'e-mail' : 'message', reference: pending?.reference },
    timer: pending === undefined ? '' : `Valid for ${Math.max(1, Math.floor(pending.expiresIn / 60))} min`,
    codeHint: pending === undefined ? '' : `${pending.codeLength} digits. Attempts left: ${pending.attemptsLeft}.`,
    codeError: isAboutCode ? problem.detail : '',
    askError: problem !== undefined && !isAboutCode ? problem.detail : '',
  }
}

/** The package's own module for pages: one file, as it is. */
export function clientKit(_req, res) {
  res.sendFile(createRequire(import.meta.url).resolve('express-otp/client'))
}

/** Answers with a problem, as the package's own routes do. */
export function problem(res, status, reason) {
  res
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', status, reason }))
}

const csp = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Headers for every answer. */
export function secure(_req, res, next) {
  res.set({
    'Content-Security-Policy': csp,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  })
  next()
}

/** The last middleware: faults become problems. 503 where Redis is away, whoever noticed it. */
export function onError(err, req, res, _next) {
  const status = err.status ?? 500
  if (status >= 500) console.error(err.message)
  // Saving a session may fail after the answer went out.
  if (res.headersSent) return
  if (status !== 503) return problem(res, status, status < 500 ? 'invalid_request' : 'internal_error')
  res.set('Retry-After', '2')
  if (wantsPage(req)) return res.status(503).sendFile('down.html', { root: folder('pages') })
  problem(res, 503, 'temporarily_unavailable')
}
