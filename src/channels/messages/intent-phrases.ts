import type { PhraseName } from './locales.js'

/** Names that applications give to common intents. Every other intent says its own name, or has a phrase among the templates. */
const PHRASES: ReadonlyMap<string, PhraseName> = new Map<string, PhraseName>([
  ['login', 'login'],
  ['log-in', 'login'],
  ['sign-in', 'login'],
  ['signin', 'login'],
  ['second-factor', 'login'],
  ['signup', 'signup'],
  ['sign-up', 'signup'],
  ['register', 'signup'],
  ['registration', 'signup'],
  ['verify', 'verify'],
  ['verification', 'verify'],
  ['step-up', 'verify'],
  ['password', 'password'],
  ['change-password', 'password'],
  ['reset-password', 'password'],
  ['password-reset', 'password'],
  ['pay', 'payment'],
  ['payment', 'payment'],
  ['transfer', 'payment'],
])

/**
 * The built-in phrase for an intent: with `amount` and `payee` where it is a payment and its context has both. One without a name, which callers with a key may have, is
 * said to confirm who one is: every code does, and every language has words for it.
 */
export function phraseName(intent: string, context: Readonly<Record<string, string>>): PhraseName {
  if (intentWords(intent).trim() === '') return 'verify'
  const name = PHRASES.get(intent.replaceAll('_', '-')) ?? 'other'
  return name === 'payment' && Object.hasOwn(context, 'amount') && Object.hasOwn(context, 'payee') ? 'pay' : name
}

/** The intent's name as words: `close_account` reads "close account". */
export function intentWords(intent: string): string {
  return intent.replace(/[_-]+/g, ' ')
}
