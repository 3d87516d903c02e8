import { type Heard, limited, type Outcome, unheard, wrongWith } from './door.js'

/** The class of an answer in our own words; `attemptsLeft` and `Retry-After` are checked with it. */
export function classOf(heard: Heard): Outcome {
  const { attemptsLeft, reason, status } = heard.body
  if (heard.status === 200 && status === 'sent') return 'SENT'
  if (heard.status === 200 && status === 'verified') return 'VERIFIED'
  switch (reason) {
    case 'invalid_request':
      return 'SHAPE'
    case 'invalid_code':
      return wrongWith(attemptsLeft)
    case 'no_pending_challenge':
    case 'expired':
      return 'GONE'
    case 'too_many_attempts':
      return 'EXHAUSTED'
    case 'rate_limited':
      return limited(heard)
    default:
      throw unheard(heard)
  }
}
