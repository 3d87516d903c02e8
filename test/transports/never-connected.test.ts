import { describe, expect, it } from 'vitest'
import { neverConnected } from '../../src/transports/never-connected.js'

function failure(fields: object, cause?: unknown): Error {
  return Object.assign(new Error('ann@example.com', { cause }), fields)
}

describe('neverConnected', () => {
  it.each<readonly [string, unknown]>([
    ['ECONNREFUSED', failure({ code: 'ECONNREFUSED', syscall: 'connect' })],
    ['EHOSTUNREACH', failure({ code: 'EHOSTUNREACH', syscall: 'connect' })],
    ['ENOTFOUND', failure({}, failure({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }))],
    ['EAI_AGAIN', failure({}, failure({ code: 'EAI_AGAIN' }))],
    ['UND_ERR_CONNECT_TIMEOUT', failure({}, failure({ code: 'UND_ERR_CONNECT_TIMEOUT' }))],
    ['ECONNREFUSED', failure({ code: 'ESOCKET', originalCode: 'ECONNREFUSED', syscall: 'connect' })],
    [
      'ENETUNREACH',
      failure({}, new AggregateError([failure({ code: 'ENETUNREACH', syscall: 'connect' }), failure({ code: 'ECONNREFUSED' })])),
    ],
    ['CERT_HAS_EXPIRED', failure({}, failure({ code: 'CERT_HAS_EXPIRED' }))],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', failure({ code: 'ESOCKET', originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' })],
  ])('T35 knows %s for a connection that was never made', (code, err) => {
    expect(neverConnected(err)).toBe(code)
  })

  it.each<readonly [string, unknown]>([
    ['a reset', failure({}, failure({ code: 'ECONNRESET', syscall: 'read' }))],
    ['a route lost while reading', failure({ code: 'EHOSTUNREACH', syscall: 'read' })],
    ['a closed socket', failure({}, failure({ code: 'UND_ERR_SOCKET' }))],
    ['a silent server', failure({}, failure({ code: 'UND_ERR_HEADERS_TIMEOUT' }))],
    ['an error without a code', failure({})],
    ['an empty AggregateError', new AggregateError([])],
    ['a string', 'ECONNREFUSED'],
    ['nothing', undefined],
  ])('T35 does not take %s for one', (_what, err) => {
    expect(neverConnected(err)).toBeUndefined()
  })

  it('ends on an error that is its own cause', () => {
    const err = failure({})
    err.cause = err
    expect(neverConnected(err)).toBeUndefined()
  })
})
