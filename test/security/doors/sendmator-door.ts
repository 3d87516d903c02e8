import { ACCOUNTS, type Ask, type Client, type Door, type Heard, limited, type Outcome, unheard, wrongWith } from './door.js'

/** Sendmator allows 3 guesses in 10 minutes unless it is asked for other numbers. */
const CONFIG = { max_attempts: 5, expiry_minutes: 5 }

/** Sendmator: a challenge is a session with a token; a code is that of a channel. */
export function sendmatorDoor(ask: Ask): Door {
  function client(secret: string, token: string): Client {
    let session_token = token
    const post = (what: string, body: object): ReturnType<Ask> =>
      ask({ path: `/sendmator/api/v1/otp/${what}`, headers: { 'X-API-Key': secret }, body })
    return {
      async send(to) {
        const heard = await post('send', { channels: ['sms'], recipients: { sms: to }, config: CONFIG })
        if (heard.status === 200) session_token = heard.body.session_token
        return classOf(heard)
      },
      resend: async () => classOf(await post('resend', { session_token })),
      verify: async (code) => classOf(await post('verify', { session_token, otps: { sms: code } })),
      copy: (tenant) => client(tenant === undefined ? secret : ACCOUNTS[tenant].secret, session_token),
    }
  }
  return { name: 'sendmator', client: ({ tenant = 'shop' } = {}) => client(ACCOUNTS[tenant].secret, '0'.repeat(32)) }
}

function classOf(heard: Heard): Outcome {
  const { attempts_remaining, channels_sent, code, verified } = heard.body
  if (heard.status === 200) {
    if (channels_sent?.sms?.success === true) return 'SENT'
    return verified === true ? 'VERIFIED' : wrongWith(attempts_remaining)
  }
  switch (code) {
    case 'invalid_request':
    case 'missing_field':
      return 'SHAPE'
    case 'session_expired':
    case 'invalid_session':
    case 'already_verified':
      return 'GONE'
    case 'max_attempts_exceeded':
      return 'EXHAUSTED'
    case 'rate_limit_exceeded':
      return limited(heard)
    default:
      throw unheard(heard)
  }
}
