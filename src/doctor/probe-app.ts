import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { type CookieFacts, fieldsOf } from './subject.js'

/** What one request through the session middleware shows. */
export interface SessionProbe {
  readonly cookie: CookieFacts | undefined
  readonly store: unknown
}

/** The setting `trust proxy` of an Express app. */
export function trustProxyOf(app: object): unknown {
  const get: unknown = Reflect.get(app, 'get')
  return typeof get === 'function' ? Reflect.apply(get, app, ['trust proxy']) : undefined
}

/**
 * Finds express-session in an Express app (4 or 5) and lets it make a session, for its options are seen nowhere else. Nothing is answered and nothing saved.
 * `undefined` where there is none.
 */
export function probeSession(app: object): SessionProbe | undefined {
  const session = findSession(app, 0)
  if (session === undefined) return undefined
  const [plain, encrypted] = [false, true].map((isEncrypted) => visit(session, app, isEncrypted))
  const [first, second] = [plain, encrypted].map((req) => Reflect.get(Object(Reflect.get(Object(req?.session), 'cookie')), 'secure'))
  if (plain?.session === undefined) return { cookie: undefined, store: plain?.sessionStore }
  const cookie: unknown = Reflect.get(Object(plain.session), 'cookie')
  const { httpOnly, sameSite } = fieldsOf(cookie)
  return { cookie: { httpOnly, sameSite, secure: first !== true && second === true ? 'auto' : first }, store: plain.sessionStore }
}

type Visited = { readonly session?: unknown; readonly sessionStore?: unknown }

function visit(session: (...args: readonly unknown[]) => unknown, app: object, encrypted: boolean): Visited {
  const socket = new Socket()
  const req: IncomingMessage & Visited = Object.assign(new IncomingMessage(socket), { url: '/', originalUrl: '/', method: 'GET', app })
  Object.defineProperty(socket, 'encrypted', { value: encrypted })
  session(req, new ServerResponse(req), () => undefined)
  return req
}

/** Routers within routers; no app nests them deeper. */
const DEPTH = 8

function findSession(router: unknown, depth: number): ((...args: readonly unknown[]) => unknown) | undefined {
  if ((typeof router !== 'object' && typeof router !== 'function') || router === null || depth > DEPTH) return undefined
  const inner: unknown = Reflect.get(router, '_router') ?? (Reflect.has(router, 'stack') ? router : Reflect.get(router, 'router'))
  const stack: unknown = Reflect.get(Object(inner), 'stack')
  for (const layer of Array.isArray(stack) ? stack : []) {
    const handle: unknown = Reflect.get(Object(layer), 'handle')
    if (typeof handle !== 'function') continue
    if (handle.name === 'session' && handle.length === 3) return (...args) => Reflect.apply(handle, undefined, args)
    const found = findSession(handle, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}
