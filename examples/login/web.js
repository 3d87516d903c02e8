// What every answer has in common: pages, headers, problems.
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
