import type { IssueDecision, IssueRequest, Limits, RenewDecision, VerifyDecision } from '../../src/ports/store.js'
import { type BrokenStore, releaseAll, soundBut } from './broken-stores.js'

/** What a store says that finds nothing to renew, and says it anyway. */
function asIssued(decision: RenewDecision): IssueDecision {
  return decision.outcome === 'gone' ? { outcome: 'issued', now: 0, expiresAt: 0, attemptsLeft: 0, resendAt: 0 } : decision
}

/** Stores that misread one law: of ids that are used again, ages, budgets, known devices, or codes that a vendor keeps. */
export const BROKEN_LAWS: readonly BrokenStore[] = [
  {
    mistake: 'keeps what stood under an id that is used again',
    notices: ['T24 an id that is used again names', 'T24 an id that is used again too early'],
    create: soundBut((sound) => {
      const issued = new Set<string>()
      return {
        async issue(request) {
          if (issued.has(request.id)) return await sound.renew({ ...request, resend: 'keep' }).then(asIssued)
          issued.add(request.id)
          return await sound.issue(request)
        },
      }
    }),
  },
  {
    mistake: 'loses what stood under an id before it knows that it may be used again',
    notices: ['T24 an id that is used again too early'],
    create: soundBut((sound) => ({
      async issue(request) {
        await sound.cancel(request)
        return await sound.issue(request)
      },
    })),
  },
  {
    mistake: 'gives the budget of a day back with a success',
    notices: ['T07 failures of any 86 400 s'],
    create: soundBut((sound) => ({
      async verify(request) {
        const decision = await sound.verify(request)
        if (decision.outcome === 'verified') await releaseAll(sound, request.id)
        return decision
      },
    })),
  },
  {
    mistake: 'knows no budget of a day',
    notices: ['T07 failures of any 86 400 s', 'T07 of 60', 'T07 T09 a release', 'T12'],
    create: soundBut((sound) => {
      const boundless = <T extends { readonly limits: Limits }>(request: T): T => ({
        ...request,
        limits: { ...request.limits, recipientFailuresPerDay: 1000 },
      })
      return {
        issue: (request) => sound.issue({ ...boundless(request), failuresPerDay: undefined }),
        renew: (request) => sound.renew(boundless(request)),
        verify: (request) => sound.verify(boundless(request)),
      }
    }),
  },
  {
    mistake: 'lets the budget of a challenge end with its renewal',
    notices: ['T12'],
    create: soundBut((sound) => {
      const issued = new Map<string, IssueRequest>()
      return {
        async issue(request) {
          issued.set(request.id, request)
          return await sound.issue(request)
        },
        async renew(request) {
          const before = issued.get(request.id)
          if (before === undefined || request.intent !== before.intent) return await sound.renew(request)
          return await sound.issue({ ...request, failuresPerDay: undefined })
        },
      }
    }),
  },
  {
    mistake: 'knows no device',
    notices: ['T09 no failure', 'T09 both rows', 'T30 a known device', 'T02 of 60', 'T28 of 50 sends of a known'],
    create: soundBut((sound) => ({
      issue: (request) => sound.issue({ ...request, isKnownDevice: false }),
      verify: (request) => sound.verify({ ...request, isKnownDevice: false }),
    })),
  },
  {
    mistake: 'knows every device',
    notices: ['T09 no failure', 'T27 a recipient gets 5 sends', 'T07 a recipient is disabled'],
    create: soundBut((sound) => ({
      issue: (request) => sound.issue({ ...request, isKnownDevice: true }),
      renew: (request) => sound.renew({ ...request, isKnownDevice: true }),
      verify: (request) => sound.verify({ ...request, isKnownDevice: true }),
    })),
  },
  {
    mistake: 'confirms what it has confirmed before',
    notices: ['T22 of 300 confirmations', 'T68 with `all` a confirmation'],
    create: soundBut((sound) => {
      const confirmed = new Map<string, VerifyDecision>()
      return {
        async confirm(request) {
          const decision = await sound.confirm(request)
          if (decision.outcome === 'verified') confirmed.set(request.id, decision)
          return confirmed.get(request.id) ?? decision
        },
      }
    }),
  },
  {
    mistake: 'confirms for any intent, user and context',
    notices: ['T14 T15 T17 T24'],
    create: soundBut((sound) => ({
      async confirm(request) {
        const found = await sound.find(request)
        const { intent, user, context } = found.outcome === 'found' ? found : request
        return await sound.confirm({ ...request, intent, user, context })
      },
    })),
  },
  {
    mistake: 'gives nothing back with a confirmation',
    notices: ['T07 a confirmation', 'T68 with `all` a confirmation'],
    create: soundBut((sound) => ({ confirm: (request) => sound.confirm({ ...request, takeBack: false }) })),
  },
  {
    mistake: 'gives back more with a confirmation than its guess cost',
    notices: ['T07 a confirmation'],
    create: soundBut((sound) => ({
      async confirm(request) {
        const decision = await sound.confirm(request)
        if (decision.outcome === 'verified') await releaseAll(sound, request.id)
        return decision
      },
    })),
  },
  {
    mistake: 'tells of vendors whether asked to or not',
    notices: ['T36 a code that a vendor keeps'],
    create: soundBut((sound) => ({ verify: (request) => sound.verify({ ...request, delegates: true }) })),
  },
  {
    mistake: 'attaches nothing',
    notices: ['what a vendor gave'],
    create: soundBut(() => ({ attach: async () => true })),
  },
  {
    mistake: 'attaches no digest',
    notices: ['T31 a code is right from when'],
    create: soundBut((sound) => ({ attach: (request) => sound.attach({ ...request, digest: undefined }) })),
  },
  {
    mistake: 'asks no code for its age',
    notices: ['T25 a code whose age'],
    create: soundBut((sound) => ({ verify: (request) => sound.verify({ ...request, maxAgeSeconds: undefined }) })),
  },
  {
    mistake: 'asks every code for its age',
    notices: ['T25 a code whose age'],
    create: soundBut((sound) => ({
      issue: (request) => sound.issue({ ...request, answers: request.answers.map((answer) => ({ ...answer, isAging: true })) }),
    })),
  },
]
