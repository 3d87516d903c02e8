import { DEFAULT_LIMITS } from '../core/law/default-limits.js'
import { type Finding, fieldsOf, finding, named, type Subject } from './subject.js'

/** Figures of which less is weaker. */
const FLOORS: readonly string[] = ['pauseSeconds', 'maxPauseSeconds', 'failureMemorySeconds']

/** Lengths, lives, guesses and limits that guessing depends on, and chance and time from tests. */
export function checkCodes({ intents, options }: Subject): readonly Finding[] {
  const which = (isMeant: (intent: (typeof intents)[number]) => boolean): readonly string[] =>
    intents.filter(isMeant).map(({ name }) => name)
  const ofIntents = [
    finding(
      'code-length',
      named(
        'under 8 characters, by e-mail for anybody',
        which(({ channels, codeLength, stepUp }) => !stepUp && codeLength < 8 && channels.includes('email')),
      ),
    ),
    finding(
      'code-lifetime',
      named(
        'over 300 s',
        which(({ ttlSeconds }) => ttlSeconds > 300),
      ),
    ),
    finding(
      'code-attempts',
      named(
        'over 5 guesses',
        which(({ maxAttempts }) => maxAttempts > 5),
      ),
    ),
    finding(
      'open-recipients',
      named(
        'anybody is sent codes',
        // Whoever signs up is known to nobody.
        which(({ name, recipients, stepUp }) => !stepUp && recipients === 'anyone' && name !== 'signup'),
      ),
    ),
  ]
  const limits = fieldsOf(options.limits)
  const isWeaker = (name: string, standard: unknown): boolean =>
    FLOORS.includes(name) ? Number(limits[name]) < Number(standard) : Number(limits[name]) > Number(standard)
  const weaker = Object.entries(DEFAULT_LIMITS).flatMap(([name, standard]) => (isWeaker(name, standard) ? [name] : []))
  const isOfFailures = (name: string): boolean => /failure|pause/i.test(name)
  return [
    ...(intents.length === 0 ? [] : ofIntents),
    finding('failure-limits', named('weaker than the defaults', weaker.filter(isOfFailures))),
    finding(
      'send-limits',
      named(
        'above the defaults',
        weaker.filter((name) => !isOfFailures(name)),
      ),
    ),
    finding(
      'test-ports',
      named(
        'given',
        ['random', 'clock'].filter((name) => options[name] !== undefined),
      ),
    ),
  ]
}
