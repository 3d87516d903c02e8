import { ACCOUNTS, type Ask, type Client, type Door } from './door.js'
import { classOf } from './problem.js'

/** Our own JSON. */
export function nativeDoor(ask: Ask): Door {
  function client(secret: string, id: string): Client {
    let held = id
    const post = (route: string, body: object): ReturnType<Ask> =>
      ask({ path: `/native/v1/otp/${route}`, headers: { Authorization: `Bearer ${secret}` }, body })
    return {
      async send(to) {
        const heard = await post('send', { to })
        if (heard.status === 200) held = heard.body.id
        return classOf(heard)
      },
      resend: async () => classOf(await post('resend', { id: held })),
      verify: async (code) => classOf(await post('verify', { id: held, code })),
      copy: (tenant) => client(tenant === undefined ? secret : ACCOUNTS[tenant].secret, held),
    }
  }
  return { name: 'native', client: ({ tenant = 'shop' } = {}) => client(ACCOUNTS[tenant].secret, 'nothing') }
}
