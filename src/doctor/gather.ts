import { createOtp } from 'express-otp'
import { sessionRouter } from 'express-otp/express'
import { dangerous } from '../options.js'
import { factsOf } from '../stores/store-facts.js'
import { around, type Loaded, loadFile, packagesAround } from './load.js'
import { probeSession, type SessionProbe, trustProxyOf } from './probe-app.js'
import { redisFacts, redisFactsAt } from './redis-facts.js'
import { type CookieFacts, type Fields, fieldsOf, type Subject } from './subject.js'

/** What to look at. */
export interface Target {
  /** File that exports the options. */
  readonly file: string
  /** Name of the export; `undefined` for `default`, `options` or `otpOptions`. */
  readonly name: string | undefined
  /** File that exports the Express app. */
  readonly app: string | undefined
  readonly redis: string | undefined
}

/** Variables by which platforms are known that put a proxy in front of every app. */
const PLATFORMS = ['DYNO', 'FLY_APP_NAME', 'K_SERVICE', 'KUBERNETES_SERVICE_HOST', 'RENDER']

/** Loads, constructs and asks whatever the checks look at. Rejects where a file cannot be loaded, for any reason but an option that we refuse. */
export async function gather({ app: appFile, file, name, redis: url }: Target): Promise<Subject> {
  const refusals: string[] = []
  const refusing = async <T>(run: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await run()
    } catch (err) {
      if (Reflect.get(Object(err), 'code') !== 'ERR_OTP_OPTION') throw err
      refusals.push(String(Reflect.get(Object(err), 'message')))
      return undefined
    }
  }
  const nothing: Loaded = { ...around(file), exported: {}, source: '' }
  const loaded = (await refusing(() => loadFile(file))) ?? nothing
  const { exported } = loaded
  const wanted = refusals.length > 0 ? {} : pick(exported, name === undefined ? ['default', 'options', 'otpOptions'] : [name])
  if (wanted === undefined) throw new Error(`no export ${name ?? 'default, options or otpOptions'} in the file`)
  const options = fieldsOf(await refusing(() => called(wanted)))
  const router = fieldsOf(await refusing(() => called(exported.routerOptions)))
  const session = exported.sessionOptions === undefined ? undefined : fieldsOf(await called(exported.sessionOptions))
  const keys = Array.isArray(exported.apiKeys) ? exported.apiKeys.map(fieldsOf) : []
  // A factory that throws while the file is loaded leaves no options to judge.
  const otp = refusals.length > 0 ? undefined : await refusing(() => construct(createOtp, options))
  if (otp !== undefined) {
    if (exported.routerOptions !== undefined) await refusing(() => void construct(sessionRouter, otp, router))
    if (keys.length > 0) await refusing(() => void otp.serve(Array.isArray(exported.apiKeys) ? exported.apiKeys : []))
  }
  const app = pick(
    appFile === undefined ? exported : (await loadFile(appFile)).exported,
    appFile === undefined ? ['app'] : ['default', 'app'],
  )
  const probe = typeof app === 'function' ? probeSession(app) : undefined
  const sessions = sessionStoreOf(session, probe)
  if (otp !== undefined && options.store === undefined && sessions.store !== undefined)
    await refusing(() => otp.adoptSessionStore(sessions.store))
  const client = factsOf(options.store)?.client ?? Reflect.get(Object(sessions.store), 'client')
  return {
    production: process.env.NODE_ENV === 'production',
    platform: PLATFORMS.find((one) => process.env[one] !== undefined),
    source: loaded.source,
    options,
    router,
    session,
    keys,
    refusals,
    intents: [...(otp?.intents.values() ?? [])],
    channels: otp === undefined ? [] : Object(options.channels),
    dangerous: [...dangerous],
    store: storeKind(options.store, sessions.name),
    sessionStore: sessions.name,
    cookie: session === undefined ? probe?.cookie : cookieOf(session),
    app: typeof app === 'function' ? { trustProxy: trustProxyOf(app), hasSession: probe !== undefined } : undefined,
    redis: url === undefined ? await redisFacts(client) : await redisFactsAt(url, loaded.load),
    node: process.version,
    today: new Date(),
    packages: packagesAround(loaded),
  }
}

/** Options from a file of somebody else's are of any shape: the factory is what checks them. */
function construct<Made>(factory: (...args: never) => Made, ...args: readonly unknown[]): Made {
  return Reflect.apply(factory, undefined, args)
}

/** An export, or the value that it returns. */
async function called(value: unknown): Promise<unknown> {
  return typeof value === 'function' ? await Reflect.apply(value, undefined, []) : value
}

/** The first of these exports; in a file of CommonJS they are fields of the default one. */
function pick(exported: Fields, names: readonly string[]): unknown {
  const all: Fields = { ...fieldsOf(exported.default), ...exported }
  return names
    .map((name) => (name === 'default' && names.some((other) => other !== name && other in all) ? undefined : all[name]))
    .find((one) => one !== undefined)
}

function sessionStoreOf(
  session: Fields | undefined,
  probe: SessionProbe | undefined,
): { readonly store: unknown; readonly name: string | undefined } {
  if (session !== undefined && session.store === undefined) return { store: undefined, name: 'MemoryStore' }
  const store = session === undefined ? probe?.store : session.store
  const maker: unknown = Reflect.get(Object(store), 'constructor')
  return { store, name: store === undefined || typeof maker !== 'function' ? undefined : maker.name }
}

function storeKind(store: unknown, sessions: string | undefined): Subject['store'] {
  if (store !== undefined) return factsOf(store)?.kind ?? 'own'
  if (sessions === undefined) return 'none'
  return sessions === 'MemoryStore' ? 'memory' : sessions === 'RedisStore' ? 'redis' : 'session'
}

function cookieOf(session: Fields): CookieFacts | undefined {
  if (typeof session.cookie === 'function') return undefined
  const { httpOnly, sameSite, secure } = fieldsOf(session.cookie)
  return { httpOnly, sameSite, secure }
}
