import type { Limits } from '../ports/store.js'
import { INTENT_DEFAULTS, type Intent } from './intents.js'
import { DEFAULT_LIMITS } from './law/default-limits.js'

/** Figures that a preset decides where no option of the application's own does. */
export type PresetFigures = Pick<Intent, 'codeLength' | 'maxAttempts'> & Pick<Limits, 'recipientFailuresPerDay'>

/** One of {@link PRESETS}. */
export type PresetName = 'default' | 'strict'

/**
 * Sets of figures that one word chooses. `strict` is for where sending is free, so that nothing but the length of the codes stands between one fixed code and very
 * many recipients (T08): 8 digits (OWASP MFA Cheat Sheet), 3 guesses, 10 failures a day.
 */
export const PRESETS: Readonly<Record<PresetName, PresetFigures>> = {
  default: {
    codeLength: INTENT_DEFAULTS.codeLength,
    maxAttempts: INTENT_DEFAULTS.maxAttempts,
    recipientFailuresPerDay: DEFAULT_LIMITS.recipientFailuresPerDay,
  },
  strict: { codeLength: 8, maxAttempts: 3, recipientFailuresPerDay: 10 },
}
