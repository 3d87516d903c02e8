import type { Receipt } from '../../src/ports/receipt.js'
import type { Store } from '../../src/ports/store.js'
import type { TestClock } from '../../src/testing/test-clock.js'
import { history as startHistory } from './history.js'
import { issue, renew } from './model-issue.js'
import { confirm, verify } from './model-verify.js'
import { HOUR } from './windows.js'
import { asked, left, open, recipientsOf, type World } from './world.js'

/** The verbs of a store that stories tell; those of the register have a model of their own in test/stores. */
export type StoryStore = Omit<Store, 'claim' | 'keep' | 'look' | 'drop' | 'charge' | 'close'>

/**
 * What the port promises, told as history: nothing is ever tidied up or counted down, and every answer is worked out from all that happened. It shares no code with the
 * law or the scripts, is slow, and knows one caller at a time.
 */
export function modelStore(clock: TestClock): StoryStore {
  const world: World = { clock, history: startHistory(), questions: new Map(), proofs: new Map(), labels: new Map() }
  const { history, labels, proofs, questions } = world

  return {
    issue: async (request) => issue(world, request),
    renew: async (request) => renew(world, request),
    verify: async (request) => verify(world, request),
    confirm: async (request) => confirm(world, request),
    async attach({ channel, digest = '', expiresAt, id, sealed }) {
      const question = asked(world, id, clock.now())
      const code =
        question === undefined
          ? undefined
          : open(question).findLast((one) => one.digest === '' && one.channel === channel && one.endsAt === expiresAt)
      if (code === undefined || clock.now() >= expiresAt) return false
      code.digest = digest
      code.sealedNow = sealed
      return true
    },
    async find({ id, limits }) {
      const now = clock.now()
      const proof = proofs.get(id)
      if (proof !== undefined && !proof.isSpent && now < proof.endsAt) {
        const { intent, user, context } = proof.request
        const outcome = proof.proved.length > 0 ? 'granted' : 'verified'
        return { outcome, now, intent, user, context, verifiedAt: proof.at, expiresAt: proof.endsAt }
      }
      const question = questions.get(id)
      if (question === undefined || question.state === 'over' || now >= question.endsAt) return { outcome: 'gone' }
      const { intent, user, context, mode } = question.request
      const answers = question.codes
        .filter(({ state }) => state !== 'void')
        .map(({ channel, receipt, sealedNow, state }) => ({
          channel,
          sealed: sealedNow,
          proved: state === 'proved',
          ...(receipt && { receipt }),
        }))
      const resendAt = history.resendAt(id, recipientsOf(id)[0] ?? '', limits, now)
      return {
        outcome: 'found',
        now,
        intent,
        user,
        context,
        mode,
        expiresAt: question.endsAt,
        attemptsLeft: left(question),
        resendAt,
        answers,
      }
    },
    async withdraw({ giveBack, id, issued }) {
      const [holder] = recipientsOf(id)
      const mine = history.sends.filter((send) => send.id === id && !send.isUsed && !send.isWithdrawn)
      const question = questions.get(id)
      const isLater = mine.some((send) => send.recipient === holder && send.at > issued.now)
      if (question !== undefined && !isLater && question.endsAt === issued.expiresAt) question.state = 'over'
      for (const recipient of giveBack ? recipientsOf(id) : []) {
        const send = mine.findLast((one) => one.recipient === recipient && one.at === issued.now)
        if (send !== undefined) send.isWithdrawn = true
      }
    },
    async cancel({ id }) {
      questions.delete(id)
      proofs.delete(id)
    },
    async redeem({ context, id, intent, maxAgeSeconds, once, user }) {
      const now = clock.now()
      const proof = proofs.get(id)
      const isSame = proof?.request.intent === intent && proof.request.user === user && proof.request.context === context
      if (proof === undefined || !isSame || proof.isSpent || proof.proved.length === 0) return { outcome: 'gone' }
      if (now >= Math.min(proof.endsAt, proof.at + maxAgeSeconds * 1000)) return { outcome: 'gone' }
      proof.isSpent = once
      return { outcome: 'redeemed', now, verifiedAt: proof.at, proved: proof.proved }
    },
    async release({ recipient }) {
      history.noteTurn(recipient, 'released', clock.now())
    },
    async label({ channel, expiresAt, id, label, sealed }) {
      labels.set(label, { id, channel, expiresAt, sealed, status: undefined })
    },
    async note({ label, status }) {
      const now = clock.now()
      const known = labels.get(label)
      if (known === undefined || now >= known.expiresAt + HOUR) return { outcome: 'gone' }
      const isNews = follows(known.status, status)
      if (isNews) known.status = status
      for (const code of asked(world, known.id, now)?.codes ?? []) {
        const isIts = code.state !== 'void' && code.channel === known.channel && code.endsAt === known.expiresAt
        if (isIts && known.status !== undefined && follows(code.receipt, known.status)) code.receipt = known.status
      }
      return isNews ? { outcome: 'noted', channel: known.channel, sealed: known.sealed } : { outcome: 'known' }
    },
  }
}

/** True where a report says more than the one before it. */
function follows(before: Receipt['status'] | undefined, status: Receipt['status']): boolean {
  return before === undefined || (before === 'sent' && status !== 'sent')
}
