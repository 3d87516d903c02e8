import { ACCOUNTS, type Account, type Ask, type Client, type Door, type Heard, limited, type Outcome, unheard, wrongWith } from './door.js'

/** Octopush allows 3 guesses unless it is asked for another number. */
const ORDER = { max_wrong_attempts: 5, validity_period: 300 }

/** Octopush: a challenge is found by its token, or by its number. */
export function octopushDoor(ask: Ask): Door {
  function client(account: Account, named: object): Client {
    let held = named
    let number = ''
    const call = (what: 'generate' | 'validate', body: object): ReturnType<Ask> =>
      ask({
        path: `/octopush/v1/public/service/otp/${what}`,
        method: what === 'generate' ? 'POST' : 'PUT',
        headers: { 'api-login': account.login, 'api-key': account.secret },
        body,
      })
    async function send(to: string): Promise<Outcome> {
      number = to
      const heard = await call('generate', { phone_number: to, ...ORDER })
      const { otp_request_token } = heard.body
      if (otp_request_token === undefined) return classOf(heard)
      held = { otp_request_token }
      return 'SENT'
    }
    return {
      send,
      resend: () => send(number),
      verify: async (code) => classOf(await call('validate', { ...held, code })),
      copy: (tenant) => client(tenant === undefined ? account : ACCOUNTS[tenant], held),
    }
  }
  return { name: 'octopush', client: ({ knows, tenant = 'shop' } = {}) => client(ACCOUNTS[tenant], { phone_number: knows }) }
}

function classOf(heard: Heard): Outcome {
  switch (heard.body.code) {
    case 0:
      return 'VERIFIED'
    case 100:
    case 194:
    case 195:
      return 'SHAPE'
    case 128:
      return limited(heard)
    case 196:
      return 'EXHAUSTED'
    case 197:
    case 198:
      return 'GONE'
    case 199:
      return wrongWith(heard.body.remaining_number_of_attempts)
    default:
      throw unheard(heard)
  }
}
