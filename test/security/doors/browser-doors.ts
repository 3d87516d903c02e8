import { type Answer, browserOf } from '../../helpers/door-app.js'
import type { Client, Door } from './door.js'
import { classOf } from './problem.js'

/** The session door, or a login page of the application's own that asks Passport; codes are asked for at the session door either way. */
export function browserDoor(name: 'session' | 'passport', origin: () => string): Door {
  const verifyPath = name === 'session' ? '/otp/verify' : '/signin'

  function client(cookies: ReadonlyMap<string, string> = new Map()): Client {
    const jar = new Map(cookies)
    async function post(path: string, body: object): Promise<Answer> {
      const before = new Map(jar)
      const browser = browserOf(origin(), before)
      const answer = await browser.post(path, body)
      // Only what this answer changed: others may be under way.
      for (const [cookie, value] of browser.cookies) if (before.get(cookie) !== value) jar.set(cookie, value)
      for (const cookie of before.keys()) if (!browser.cookies.has(cookie)) jar.delete(cookie)
      return answer
    }
    return {
      send: async (to) => classOf(await post('/otp/send', { to })),
      resend: async () => classOf(await post('/otp/resend', {})),
      verify: async (code) => classOf(await post(verifyPath, { code })),
      copy: () => client(jar),
    }
  }
  // Who knows a recipient knows nothing here: a browser needs its own pointer (T16).
  return { name, client: () => client() }
}
