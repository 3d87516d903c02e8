import type { Problem } from '../../core/problem.js'
import { lifetime } from './lifetime.js'
import { LOCALES, type LocaleName, loadLocale, type ProblemName } from './locales.js'
import { matchLanguage } from './match-language.js'

/** Tags of an `Accept-Language` that are looked at. */
const MAX_TAGS = 10

/**
 * The language to tell a person in what went wrong: that of the request's `locale`, else the first of its `Accept-Language` (RFC 9110, as browsers order it)
 * that has words, else English; `undefined` for a request that asks for no language, as programs do.
 */
export function problemLanguage(locale: unknown, header: unknown): LocaleName | undefined {
  const listed = typeof header === 'string' ? header.slice(0, 200).split(',', MAX_TAGS) : []
  const tags = [locale, ...listed.map((tag) => tag.split(';', 1)[0]?.trim())].filter(
    (tag) => typeof tag === 'string' && tag !== '' && tag !== '*',
  )
  for (const tag of tags) {
    const match = matchLanguage(tag as string, LOCALES)
    if (match !== undefined) return match
  }
  return tags.length === 0 ? undefined : 'en'
}

/**
 * A sentence for people of what was refused, in one of our languages; it says no more than the problem's own fields do (T10). `undefined` for what no person
 * can mend.
 */
export function problemWords(
  { attemptsLeft, errors, reason, retryAfter }: Pick<Problem, 'attemptsLeft' | 'errors' | 'reason' | 'retryAfter'>,
  name: LocaleName,
): string | undefined {
  const words = loadLocale(name)
  const { attempts, ...sentences } = words.problems
  const about = errors?.map((error) => error.reason).find((one): one is ProblemName => Object.hasOwn(sentences, one)) ?? reason
  if (!Object.hasOwn(sentences, about)) return undefined
  // Just seen to be one.
  const sentence = sentences[about as ProblemName]
  if (about === 'rate_limited') {
    const seconds = retryAfter ?? 60
    // Never shorter than the truth.
    return sentence.replace('{wait}', lifetime(seconds < 60 ? seconds : Math.ceil(seconds / 60) * 60, name, words))
  }
  if (about !== 'invalid_code' || attemptsLeft === undefined) return sentence
  const forms = attempts[new Intl.PluralRules(name).select(attemptsLeft)] ?? attempts.other
  return `${sentence} ${forms.replace('{count}', String(attemptsLeft))}`
}
