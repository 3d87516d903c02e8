import { memoryStore } from 'express-otp/stores/memory'
import type { StoreUnderTest } from 'express-otp/testing'
import { RECIPIENT_KEY_LENGTH, TAIL_LENGTH } from '../../src/core/challenge-id.js'
import { DEFAULT_LIMITS } from '../../src/core/law/default-limits.js'
import type { Clock } from '../../src/ports/clock.js'
import type { LabelRequest } from '../../src/ports/label.js'
import type { Store } from '../../src/ports/store.js'
import { lawfulStore } from '../../src/stores/lawful-store.js'
import type { Entry, RecordKeeper } from '../../src/stores/record-keeper.js'
import { type KeyedQueue, keyedQueue } from '../../src/util/keyed-queue.js'

/** A store with one mistake, and the rows whose tests must notice. */
export interface BrokenStore {
  readonly mistake: string
  readonly notices: readonly string[]
  create(clock: Clock): StoreUnderTest
}

/** Lets whoever else is ready go first. */
export const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A keeper with time between reading and writing; it is up to `locks` whether somebody else gets in. */
function keeper(clock: Clock, { locks = (keys: readonly string[]) => keys, writesLate = false, wholeSeconds = false } = {}): RecordKeeper {
  const entries = new Map<string, Entry>()
  const queue: KeyedQueue = keyedQueue()
  return {
    async transact(keys, _grows, change) {
      const place = queue.join(locks(keys))
      await place.turn
      const read = keys.map((key) => entries.get(key)?.packed)
      await later()
      const { entries: changed, decision } = change(read, wholeSeconds ? Math.floor(clock.now() / 1000) * 1000 : clock.now())
      const write = (): void => {
        for (const [index, entry] of changed.entries()) entries.set(keys[index] ?? '', entry)
      }
      if (writesLate) setTimeout(write, 1)
      else write()
      place.leave()
      return decision
    },
    close: async () => undefined,
  }
}

function overKeeper(options: Parameters<typeof keeper>[1]): BrokenStore['create'] {
  return (clock) => {
    const store = lawfulStore(keeper(clock, options))
    return { store, stop: () => store.close() }
  }
}

/** A sound store with some verbs done wrong. */
export function soundBut(wrong: (sound: Store) => Partial<Store>): BrokenStore['create'] {
  return (clock) => {
    const sound = memoryStore({ clock })
    return { store: { ...sound, ...wrong(sound) }, stop: () => sound.close() }
  }
}

function recipientsOf(id: string): string[] {
  return id.slice(0, -TAIL_LENGTH).match(new RegExp(`.{${RECIPIENT_KEY_LENGTH}}`, 'g')) ?? []
}

/** Releases every recipient of a challenge. */
export async function releaseAll(store: Store, id: string): Promise<void> {
  for (const recipient of recipientsOf(id)) await store.release({ recipient })
}

export const BROKEN_STORES: readonly BrokenStore[] = [
  {
    mistake: 'reads, decides and writes without exclusion',
    notices: [
      ...['T02 of 500', 'T07 of 50', 'T22 of 300', 'T23', 'T26 of 50', 'T28 of 50 sends', 'T28 of 50 renewals', 'T28 of 60'],
      ...['T69 of 300', 'T29 of 300', 'T29 charges and refunds'],
    ],
    create: overKeeper({ locks: () => [] }),
  },
  {
    mistake: 'excludes for the first of several records only',
    notices: ['T02 guesses on challenges that share', 'T28 of 60'],
    create: overKeeper({ locks: (keys) => keys.slice(0, 1) }),
  },
  {
    mistake: 'answers before it has written',
    notices: ['T01', 'T02 of 500', 'T21 a code', 'T22', 'T28 of 50 sends', 'T26 of 50'],
    create: overKeeper({ writesLate: true }),
  },
  {
    mistake: 'tells time in whole seconds',
    notices: ['T07 pauses', 'T25 a code', 'T25 a renewal', 'T26 a grant lives', 'T26 a grant is no good'],
    create: overKeeper({ wholeSeconds: true }),
  },
  {
    mistake: 'has two views that share nothing',
    notices: ['T01', 'T02 of 500', 'T05', 'T28 of 50 sends', 'T26 a grant is for', 'find tells'],
    create: (clock) => {
      const [store, another] = [memoryStore({ clock }), memoryStore({ clock })]
      return { store, another, stop: () => Promise.all([store.close(), another.close()]).then(() => undefined) }
    },
  },
  {
    mistake: 'sets the failures to 0 on renewal',
    notices: ['T03 4 failures', 'T24 by default'],
    create: soundBut((sound) => ({
      async renew(request) {
        const decision = await sound.renew(request)
        if (decision.outcome === 'issued') await releaseAll(sound, request.id)
        return decision
      },
    })),
  },
  {
    mistake: 'sets the failures to 0 when a challenge ends',
    notices: ['T03 a new challenge'],
    create: soundBut((sound) => ({
      async cancel(request) {
        await sound.cancel(request)
        await releaseAll(sound, request.id)
      },
    })),
  },
  {
    mistake: 'counts what is asked during a pause',
    notices: ['T07 pauses', 'T10'],
    create: soundBut((sound) => ({
      async verify(request) {
        const decision = await sound.verify(request)
        if (decision.outcome !== 'limited') return decision
        await releaseAll(sound, request.id)
        await sound.verify({ ...request, guesses: request.guesses.map(() => ({ sms: [] })) })
        return decision
      },
    })),
  },
  {
    mistake: 'evicts a pending challenge for a new one',
    notices: ['T11 at most 3'],
    create: soundBut((sound) => {
      const ids: string[] = []
      return {
        async issue(request) {
          const decision = await sound.issue(request)
          ids.push(request.id)
          if (decision.outcome !== 'limited' || decision.limit !== 'pending') return decision
          for (const id of ids) await sound.cancel({ id })
          return await sound.issue(request)
        },
      }
    }),
  },
  {
    mistake: 'does not look at intents',
    notices: ['T14', 'T26 a grant is for'],
    create: soundBut((sound) => ({
      async verify(request) {
        const found = await sound.find(request)
        return await sound.verify({ ...request, intent: found.outcome === 'gone' ? request.intent : found.intent })
      },
      async redeem(request) {
        const found = await sound.find({ id: request.id, limits: DEFAULT_LIMITS })
        return await sound.redeem({ ...request, intent: found.outcome === 'granted' ? found.intent : request.intent })
      },
    })),
  },
  {
    mistake: 'does not look at users',
    notices: ['T17'],
    create: soundBut((sound) => ({
      async verify(request) {
        const found = await sound.find(request)
        return await sound.verify({ ...request, user: found.outcome === 'gone' ? request.user : found.user })
      },
    })),
  },
  {
    mistake: 'does not look at address blocks',
    notices: ['T08 one address block is refused', 'T08 one address block reaches', 'T28 of 60', 'T30'],
    create: soundBut((sound) => ({
      issue: (request) => sound.issue({ ...request, origin: '' }),
      verify: (request) => sound.verify({ ...request, origin: '' }),
    })),
  },
  {
    mistake: 'knows no `keep`',
    notices: ['T24 with `keep`', 'T25 a renewal'],
    create: soundBut((sound) => ({ renew: (request) => sound.renew({ ...request, resend: 'replace' }) })),
  },
  {
    mistake: 'keeps the old code always',
    notices: ['T24 by default', 'T24 a renewal that races'],
    create: soundBut((sound) => ({ renew: (request) => sound.renew({ ...request, resend: 'keep' }) })),
  },
  {
    mistake: 'gives a grant more than once',
    notices: ['T26 of 50'],
    create: soundBut((sound) => ({ redeem: (request) => sound.redeem({ ...request, once: false }) })),
  },
  {
    mistake: 'gives no place back',
    notices: ['T35 a withdrawal kills'],
    create: soundBut((sound) => ({ withdraw: (request) => sound.withdraw({ ...request, giveBack: false }) })),
  },
  {
    mistake: 'releases nobody',
    notices: ['T07 a recipient is disabled', 'T07 releasing'],
    create: soundBut(() => ({ release: async () => undefined })),
  },
  {
    mistake: 'cancels nothing',
    notices: ['T35 a withdrawal that gives nothing back', 'T26 there is no grant'],
    create: soundBut(() => ({ cancel: async () => undefined })),
  },
  {
    mistake: 'takes a look for a guess',
    notices: ['find tells'],
    create: soundBut((sound) => ({
      async find(request) {
        const found = await sound.find(request)
        if (found.outcome === 'found') {
          const { intent, user, context } = found
          await sound.verify({ ...request, intent, user, context, guesses: [{ sms: [] }], origin: '', grantSeconds: 0 })
        }
        return found
      },
    })),
  },
  {
    mistake: 'takes every report for news',
    notices: ['of 50 equal reports', 'the first final report'],
    create: soundBut((sound) => {
      const known = new Map<string, LabelRequest>()
      return {
        async label(request) {
          known.set(request.label, request)
          await sound.label(request)
        },
        async note(request) {
          const { channel = 'sms', sealed = '' } = known.get(request.label) ?? {}
          const decision = await sound.note(request)
          return decision.outcome === 'known' ? { outcome: 'noted', channel, sealed } : decision
        },
      }
    }),
  },
  {
    mistake: 'shows a report with whatever was sent last',
    notices: ['a report belongs'],
    create: soundBut((sound) => {
      const labels = new Map<string, LabelRequest>()
      const expiries = new Map<string, number>()
      return {
        async renew(request) {
          const decision = await sound.renew(request)
          if (decision.outcome === 'issued') expiries.set(request.id, decision.expiresAt)
          return decision
        },
        async label(request) {
          labels.set(request.label, request)
          await sound.label(request)
        },
        async note(request) {
          const known = labels.get(request.label)
          if (known !== undefined) await sound.label({ ...known, expiresAt: expiries.get(known.id) ?? known.expiresAt })
          return await sound.note(request)
        },
      }
    }),
  },
]
