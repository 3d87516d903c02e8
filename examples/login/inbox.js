// Stands in for phones and mailboxes: keeps the messages that would have gone out and shows them at /inbox.
import { within } from './redis.js'

const LIMIT = 100
const KEY = 'demo:inbox'

/** Keeps the newest messages in Redis, so that every copy of the app shows them, or in memory where `redis` is `undefined`. */
export function createInbox(redis) {
  const own = []

  async function add(entry) {
    if (redis === undefined) {
      own.unshift(entry)
      own.length = Math.min(own.length, LIMIT)
      return
    }
    await within(
      redis
        .multi()
        .lPush(KEY, JSON.stringify(entry))
        .lTrim(KEY, 0, LIMIT - 1)
        .expire(KEY, 3600)
        .exec(),
    )
  }

  return {
    /** For `smsChannel` and `emailChannel`. */
    transport: {
      name: 'inbox',
      timeoutSeconds: 2,
      async deliver({ to, channel, text, code }) {
        await add({ to, channel, text, code, at: new Date().toISOString() })
        return {}
      },
    },

    /** Newest first. */
    async list() {
      if (redis === undefined) return own
      return (await within(redis.lRange(KEY, 0, LIMIT - 1))).map((entry) => JSON.parse(entry))
    },
  }
}
