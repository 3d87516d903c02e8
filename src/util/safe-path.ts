const BASE = 'https://base.invalid'

/**
 * A path of this site that is safe to send a browser to, else `undefined`: one leading slash, then neither a slash nor a backslash, no control
 * characters, still this origin when resolved (T50).
 */
export function safePath(path: unknown): string | undefined {
  if (typeof path !== 'string' || path.length > 2048 || !/^\/(?![/\\])/.test(path) || /[\p{Cc}]/u.test(path)) return undefined
  if (!URL.canParse(path, BASE)) return undefined
  const url = new URL(path, BASE)
  return url.origin === BASE ? url.pathname + url.search + url.hash : undefined
}
