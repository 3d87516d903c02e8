const CHANNELS = { sms: 'text message', call: 'phone call', whatsapp: 'WhatsApp', email: 'e-mail' }

// Short enough for the two lines that the page keeps free on a narrow phone.
const FIELDS = {
  invalid_phone_number: 'Not a complete number. Start with + and the country code.',
  invalid_email_address: 'Not a complete address. It looks like name@example.com.',
  country_not_served: 'Codes cannot be sent to this country.',
  not_an_sms_number: 'This number takes no text messages.',
  invalid_text: 'Only letters, digits and simple punctuation, please.',
  not_configured: 'Codes cannot be sent this way.',
}

const REASONS = {
  empty: 'Type a phone number or an e-mail address.',
  invalid_request: 'Please check what you typed.',
  no_pending_challenge: 'No code is waiting now. Send a new one.',
  expired: 'This code has expired. Send a new one.',
  too_many_attempts: 'Too many wrong codes. Send a new one.',
  delivery_failed: 'The message could not be sent. Is the address right?',
  temporarily_unavailable: 'The service does not answer. Try again in a moment.',
  unauthenticated: 'You are not logged in any more. Log in again first.',
  no_answer: 'No connection. Check your network and try again.',
}

/** How the code travels, in words. */
export const channelWords = (channel) => CHANNELS[channel] ?? 'message'

/** What went wrong, in words for the person who typed. */
export function explain(problem) {
  // The server's own sentence, in the language of the browser, where it has one.
  if (problem.detail !== undefined && problem.detail !== problem.title) return problem.detail
  if (problem.reason === 'invalid_code') return `This code is not right. ${attempts(problem.attemptsLeft)}`
  if (problem.reason === 'rate_limited') return `Too many requests for now. Try again in ${inWords(problem.retryAfter ?? 60)}.`
  const field = problem.errors?.map((error) => FIELDS[error.reason]).find((words) => words !== undefined)
  return field ?? REASONS[problem.reason] ?? 'Something went wrong. Reload the page to try again.'
}

/** "3 attempts left." */
export function attempts(left) {
  if (left === undefined) return ''
  return left === 1 ? 'One attempt left.' : `${left} attempts left.`
}

/** 75 becomes "1:15". */
export function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** 75 becomes "2 minutes", for sentences: never shorter than the truth. */
export function inWords(seconds) {
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 60) return minutes === 1 ? '1 minute' : `${minutes} minutes`
  const hours = Math.ceil(minutes / 60)
  return hours === 1 ? '1 hour' : `${hours} hours`
}
