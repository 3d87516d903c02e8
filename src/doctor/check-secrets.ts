import { type Fields, type Finding, fieldsOf, finding, named, type Subject, textsOf } from './subject.js'

/** Bits by the frequency of its characters, below which a text is no secret: 32 hex digits drawn by chance have about 110. */
const MIN_BITS = 80

/** Words of secrets that were typed, or copied from a manual. A random one holds any of them once in 10 000 times. */
const TYPED = /secret|passwor|change.?me|example|keyboard|qwerty|default|test|demo/i

/** Secrets that were typed instead of drawn, used twice, too many, or written where everybody reads them (T62). */
export function checkSecrets({ keys, options, session, source }: Subject): readonly Finding[] {
  const own = textsOf(options.secret)
  const sessions = textsOf(session?.secret)
  const callers = keys.flatMap((key) => textsOf(key.secret))
  const all = [...own, ...sessions, ...callers]
  const twice = all.length - new Set(all).size
  const written = all.filter((secret) => secret.length >= 8 && source.includes(secret)).length
  const rights = (right: string): readonly string[] =>
    keys.flatMap((key, index) => (textsOf(key.rights).includes(right) ? [`keys[${index}]`] : []))
  const ofSessions = [
    finding(
      'session-secret',
      sessions.length === 0 ? 'none' : sessions.some((one) => one.length < 32) ? 'less than 32 characters' : weak(sessions),
    ),
  ]
  const ofKeys = [
    finding('key-secret', weak(callers)),
    finding('key-weak-codes', named('may ask for 4 digits that live for 24 hours', rights('weakCodes'))),
    finding('key-sandbox', named('may be answered with codes', rights('sandbox'))),
    finding('key-unsigned', named('the id is enough for', rights('unsigned'))),
  ]
  return [
    finding('secret-random', own.length === 0 ? false : weak(own)),
    finding('secret-in-source', written > 0 && `${written} of ${all.length}`),
    finding('secret-shared', twice > 0 && `${twice} of ${all.length}`),
    finding('secret-age', own.length > 2 && `${own.length} are live`),
    ...(session === undefined ? [] : ofSessions),
    ...(keys.length === 0 ? [] : ofKeys),
  ]
}

/** Every text that must not be printed. */
export function secretsIn(options: Fields, session: Fields, keys: readonly Fields[]): readonly string[] {
  return [options, session, ...keys].flatMap((one) => textsOf(fieldsOf(one).secret)).filter((secret) => secret !== '')
}

function weak(secrets: readonly string[]): string | undefined {
  const index = secrets.findIndex((secret) => TYPED.test(secret) || bitsOf(secret) < MIN_BITS)
  const which = secrets.length > 1 ? ` (number ${index + 1} of ${secrets.length})` : ''
  return index < 0 ? undefined : `looks typed, not random${which}`
}

function bitsOf(text: string): number {
  const counts = new Map<string, number>()
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  return [...counts.values()].reduce((bits, count) => bits - count * Math.log2(count / text.length), 0)
}
