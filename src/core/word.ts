import { OtpError } from '../errors.js'
import type { Worded, Wording } from '../ports/message.js'
import { callersText } from './callers-text.js'
import type { Order } from './draft.js'
import type { Engine } from './engine.js'
import type { Route } from './route.js'

/** What a message says at most where the age of its code is judged when it is checked: how old may be said then, and this is what is taken where nothing is said. */
const USUAL_AGE_SECONDS = 300

/** Words the message of one route for its medium. */
export function word(
  engine: Engine,
  { context, intent, locale, terms = {} }: Order,
  { channel, recipient }: Route,
  { code, expiresAt, reference, ttlSeconds }: Pick<Wording, 'code' | 'reference' | 'ttlSeconds'> & { readonly expiresAt: number },
): Worded {
  return channel.word({
    code,
    reference,
    ttlSeconds: terms.isAging === true ? Math.min(ttlSeconds, USUAL_AGE_SECONDS) : ttlSeconds,
    intent: intent.name,
    locale,
    country: recipient.country,
    context: Object.keys(context).length === 0 ? undefined : context,
    service: engine.service,
    host: engine.host,
    text: callersText(terms, expiresAt),
    voice: terms.voice,
  })
}

/**
 * True where every message can be worded with this context, and the text of a caller with a key. Tried before anything is issued, because these are the only words of a message that come with
 * a request: too many of them are the request's mistake.
 */
export function fitsItsMedium(engine: Engine, order: Order): boolean {
  if (Object.keys(order.context).length === 0 && order.terms?.text === undefined) return true
  const { codeLength, ttlSeconds } = order.intent
  const code = order.terms?.code ?? '0'.repeat(codeLength)
  const rehearsal = { code, reference: 'WW', ttlSeconds, expiresAt: 0 }
  try {
    for (const route of order.routes) word(engine, order, route, rehearsal)
    return true
  } catch (err) {
    if (err instanceof OtpError && err.code === 'ERR_OTP_OPTION') return false
    throw err
  }
}
