import type { ApiKeyOptions, Right } from 'express-otp/express'
import { UniClient, UniRequestError } from 'uni-sdk'
import { unimatrixDialect } from '../../src/dialects/unimatrix.js'
import { type ApiApp, type ApiAppOptions, openApi } from '../helpers/api-app.js'
import { KEY_ID, SECRET } from './fixtures/unimatrix.js'
import { type Heard, read } from './unimatrix-client.js'

export const TO = '+12068800123'

/** Every right but `unsigned` and `sandbox`. */
export const ALL: readonly Right[] = ['send', 'verify', 'customCode', 'weakCodes']

/** A code that differs from a right one. */
export const wrong = (code: string): string => code.slice(0, -1) + (code.endsWith('0') ? '1' : '0')

export interface UnimatrixDoor extends ApiApp {
  /** The official Node client, with the key's secret. */
  readonly client: UniClient
  /** The official client with other settings. */
  as(settings: { accessKeyId?: string; accessKeySecret?: string; endpoint?: string }): UniClient
  /** A request that no client makes. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Heard>
}

/** The dialect in a real application on a real port. */
export async function openDoor({
  rights = ALL,
  keys,
  ...options
}: Partial<ApiAppOptions> & { rights?: readonly Right[]; keys?: readonly ApiKeyOptions[] } = {}): Promise<UnimatrixDoor> {
  const app = await openApi({ dialect: unimatrixDialect(), keys: keys ?? [{ id: KEY_ID, secret: SECRET, rights }], ...options })
  // The client signs with the time of this machine.
  app.clock.advance(Math.floor((Date.now() - app.clock.now()) / 1000))
  const endpoint = app.origin + (options.mount ?? '')
  const as: UnimatrixDoor['as'] = (settings) => new UniClient({ accessKeyId: KEY_ID, accessKeySecret: SECRET, endpoint, ...settings })
  async function post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Heard> {
    const answer = await fetch(app.origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body ?? { to: TO }),
    })
    const type = answer.headers.get('content-type')?.split(';')[0]
    return read({
      status: answer.status,
      headers: { 'X-Uni-Request-Id': answer.headers.get('x-uni-request-id') ?? '', 'Retry-After': answer.headers.get('retry-after') ?? '' },
      body: (await answer.json()) as object,
      ...(type === undefined ? {} : { contentType: type }),
    })
  }
  return { ...app, client: as({}), as, post }
}

/** How the client tells that it was refused. */
export const refused = async (asked: Promise<unknown>): Promise<UniRequestError> =>
  await asked.then(
    () => {
      throw new Error('it was taken')
    },
    (err: unknown) => {
      if (err instanceof UniRequestError) return err
      throw err
    },
  )
