import type { RequestListener } from 'node:http'
import { RedisStore } from 'connect-redis'
import session, { type Store } from 'express-session'
import type { RedisConnection } from '../redis-connection.js'

/** What an app under measurement is given. */
export interface AppContext {
  /** `undefined` for an app in memory. */
  readonly redis: RedisConnection | undefined
  /** Takes a code at once, as a vendor would that is very near. */
  deliver(to: string, code: string): Promise<void>
  /** Records that a store in memory has to hold, where that is more than its default. */
  readonly maxEntries: number | undefined
}

/** Makes one app. */
export type MakeApp = (context: AppContext) => RequestListener | Promise<RequestListener>

/** For every app the same, and nobody's secret. */
export const SECRET = 'the secret of the bench, which is not one'

/** The very same sessions for every app that has them. */
export function sessions({ redis }: AppContext): ReturnType<typeof session> {
  const store: Store | undefined = redis === undefined ? undefined : new RedisStore({ client: redis })
  return session({ secret: SECRET, resave: false, saveUninitialized: false, ...(store === undefined ? {} : { store }) })
}
