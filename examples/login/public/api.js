/** Talks to the server: JSON in, JSON out. A refusal comes back as `{ ok: false, reason }`, never as a throw. */
export async function call(method, path, body) {
  let response
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? { accept: 'application/json' } : { accept: 'application/json', 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    })
  } catch {
    return { ok: false, status: 0, reason: 'offline' }
  }
  const answer = await response.json().catch(() => ({}))
  return { reason: 'unknown', ...answer, ok: response.ok, httpStatus: response.status }
}

/** A path of this site and nothing else: one `/` in front, no second one, no backslash, no control character. */
export function ownPath(path, otherwise) {
  if (path === null || !/^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(path)) return otherwise
  const url = new URL(path, location.origin)
  // "/.//elsewhere" resolves to "//elsewhere", which is another host.
  return url.origin === location.origin && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : otherwise
}
