import type { ExtraPlaceLimit, LimitName, Limits } from '../ports/limits.js'
import type { Appeal } from './requests.js'

/** The figure by which a store keeps such a limit; those of the guard are none of its. */
const FIGURES: Readonly<Record<ExtraPlaceLimit, Exclude<keyof Limits, 'cooldownSeconds'> | undefined>> = {
  recipient_hour: 'recipientSendsPerHour',
  recipient_block: 'recipientSendsPerHourFromOneBlock',
  block_sends: 'blockSendsPerHour',
  block_recipients: 'blockRecipientsPerHour',
  block_calling_codes: 'blockCallingCodesPerHour',
  pumping_country: undefined,
  pumping_block: undefined,
}

// The keys of this record are what its type says.
/** Every {@link ExtraPlaceLimit}. */
export const EXTRA_PLACE_LIMITS: readonly ExtraPlaceLimit[] = Object.keys(FIGURES) as ExtraPlaceLimit[]

/** For callers that have none. */
export const NO_APPEAL: Appeal = () => Promise.resolve(false)

/** Narrows the name of a limit. */
export function hasExtraPlace(limit: LimitName): limit is ExtraPlaceLimit {
  return Object.hasOwn(FIGURES, limit)
}

/** The limits by which a store decides about a send that has such places. */
export function withExtraPlaces(limits: Limits, extraPlaces: readonly ExtraPlaceLimit[] = []): Limits {
  // The same object, which stores remember.
  if (extraPlaces.length === 0) return limits
  const raised: Record<string, number> = {}
  for (const limit of extraPlaces) {
    const name = FIGURES[limit]
    if (name !== undefined) raised[name] = limits[name] + 1
  }
  return { ...limits, ...raised }
}
