import { optionError } from './options.js'
import type { Clock } from './ports/clock.js'
import type { Store } from './ports/store.js'
import { memoryStore } from './stores/memory.js'
import { redisStore } from './stores/redis.js'
import { isRedisClient } from './stores/redis-client.js'
import { sessionStore } from './stores/session.js'
import type { SessionStoreLike } from './stores/session-record.js'

/**
 * Picks the store that fits an application's express-session store: memory beside memory, the very client that connect-redis holds, and for
 * any other one its own `get`, `set` and `destroy` (D1, T54).
 */
export function chooseStore(sessions: unknown, clock: Clock | undefined): Store {
  if (typeof sessions !== 'object' || sessions === null) {
    throw optionError('createOtp', 'option "store" is missing, and the session has no store to put challenges beside')
  }
  const maker: unknown = Reflect.get(sessions, 'constructor')
  const kind = typeof maker === 'function' ? maker.name : ''
  if (kind === 'MemoryStore' && 'sessions' in sessions) return memoryStore({ clock })
  if (kind === 'RedisStore') {
    const client: unknown = Reflect.get(sessions, 'client')
    if (isRedisClient(client)) return redisStore({ client, clock })
    throw optionError(
      'createOtp',
      'this version of connect-redis hides its client; pass `store: redisStore({ client })` with the same client',
    )
  }
  // `sessionStore` checks that it has the methods of a session store.
  return sessionStore({ store: sessions as SessionStoreLike, clock })
}
