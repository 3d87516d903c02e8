const BASE = 'https://base.invalid'

/** One slash, then neither a slash nor a backslash: else a browser reads the name of a host. */
const LOCAL = /^\/(?![/\\])/

/**
 * A path of this site that is safe to send a browser to, else `undefined`: one leading slash, then neither a slash nor a backslash, no control
 * characters, still this origin when resolved (T50).
 */
export function safePath(path: unknown): string | undefined {
  if (typeof path !== 'string' || path.length > 2048 || !LOCAL.test(path) || /[\p{Cc}]/u.test(path)) return undefined
  if (!URL.canParse(path, BASE)) return undefined
  const url = new URL(path, BASE)
  // Resolving may bring the second slash to the front: `/.//host`.
  return url.origin === BASE && LOCAL.test(url.pathname) ? url.pathname + url.search + url.hash : undefined
}
