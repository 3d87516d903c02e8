const CONNECT_CODES: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EDNS', 'UND_ERR_CONNECT_TIMEOUT'])
const CERTIFICATE_CODE = /^(?:CERT_|ERR_TLS_CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|HOSTNAME_MISMATCH$)/

/**
 * The code of an error that proves that no connection was made, so that nothing can have been sent: name not found, refused,
 * unreachable, certificate not trusted. `undefined` for every other error. Looks at an error, its `originalCode` and its causes.
 */
export function neverConnected(err: unknown): string | undefined {
  let current = err
  for (let depth = 0; depth < 4 && typeof current === 'object' && current !== null; depth++) {
    const code = connectCode(current)
    if (code !== undefined) return code
    // Where several addresses were tried, the error is an AggregateError of one error each.
    current = current instanceof AggregateError ? current.errors[0] : Reflect.get(current, 'cause')
  }
  return undefined
}

function connectCode(err: object): string | undefined {
  for (const key of ['originalCode', 'code']) {
    const code: unknown = Reflect.get(err, key)
    if (typeof code !== 'string') continue
    if (CONNECT_CODES.has(code) || CERTIFICATE_CODE.test(code) || Reflect.get(err, 'syscall') === 'connect') return code
  }
  return undefined
}
