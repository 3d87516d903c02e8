// Redis for sessions, challenges and the inbox. While it is away, whatever needs it fails within 1.5 s; then all is well again by itself.
import { callbackify } from 'node:util'
import { RedisStore } from 'connect-redis'
import { createClient } from 'redis'

const PATIENCE_MS = 1500

/** Connects, and goes on trying for as long as the app lives. Does not wait longer than 2 s for the first success. */
export async function connectRedis(url) {
  const client = createClient({
    url,
    // Without this a command waits in a queue until Redis is back, and the person in front of the screen with it.
    disableOfflineQueue: true,
    commandOptions: { timeout: PATIENCE_MS },
    pingInterval: 1000,
    socket: { connectTimeout: PATIENCE_MS, reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1000) },
  })
  // An 'error' event that nobody hears ends the process.
  client.on('error', (err) => console.error(`redis: ${err.code ?? err.message}`))
  await Promise.race([client.connect(), new Promise((resolve) => setTimeout(resolve, 2000))])
  return client
}

/**
 * The promise, or after 1.5 s an error: the client's own timeout ends when a command is written, and does not see a server that hangs.
 * Every failure carries the status 503.
 */
export async function within(promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS)
  })
  try {
    return await Promise.race([promise, late])
  } catch (err) {
    throw unavailable(err)
  } finally {
    clearTimeout(timer)
  }
}

/** What `onError` answers with 503. */
export function unavailable(cause) {
  return Object.assign(new Error('Redis is away', { cause }), { status: 503 })
}

/** connect-redis, made to give up in time. */
export function sessionStore(client) {
  const store = new RedisStore({ client, prefix: 'demo:session:' })
  for (const verb of ['get', 'set', 'touch', 'destroy']) {
    const unbounded = store[verb].bind(store)
    store[verb] = callbackify((...args) => within(unbounded(...args)))
  }
  return store
}
