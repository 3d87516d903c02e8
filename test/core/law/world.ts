import { type ChallengeIdParts, parseChallengeId } from '../../../src/core/challenge-id.js'
import { issue, renew } from '../../../src/core/law/issue.js'
import { type BlockRecord, emptyBlock, emptyRecipient, type RecipientRecord } from '../../../src/core/law/records.js'
import { verify } from '../../../src/core/law/verify.js'
import type { Guess, IssueDecision, RenewDecision, RenewRequest, VerifyDecision, VerifyRequest } from '../../../src/ports/store.js'
import { type Asked, guess, issueRequest, newAnswer, newKey } from '../../../src/testing/contract/bench.js'

/** Midnight, so that instants in a failed test read as offsets. */
export const START: number = Date.UTC(2026, 0, 1)

/** Records in the hand, and the law called on them: no store, no promise. */
export interface World {
  now: number
  readonly recipients: readonly [RecipientRecord, ...RecipientRecord[]]
  readonly block: BlockRecord
  /** The first recipient. */
  readonly holder: RecipientRecord
  readonly id: string
  readonly parts: ChallengeIdParts
  /** Issues the one challenge of this world. */
  issue(fields?: Asked): IssueDecision
  /** Issues a challenge under an id of its own. */
  issueAnother(fields?: Asked): IssueDecision
  renew(code: string, fields?: Partial<RenewRequest>): RenewDecision
  verify(code: string | readonly Guess[], fields?: Partial<VerifyRequest>): VerifyDecision
}

/** A world of so many recipients in which nothing has happened yet. `asked` holds for every call in it. */
export function world(asked: Asked = {}, count = 1): World {
  const keys = ['one', 'two', 'three', 'four'].slice(0, count).map((key) => key.padEnd(16, '-'))
  const request = issueRequest({ recipients: keys, origin: 'block-a', ...asked })
  const parts = parseChallengeId(request.id)
  if (parts === undefined) throw new Error('not an id')
  const [holder, ...others] = keys.map(() => emptyRecipient())
  if (holder === undefined) throw new Error('no recipient')
  const recipients = [holder, ...others] as const
  const block = emptyBlock()
  const { id, intent, user, context, limits } = request
  return {
    now: START,
    recipients,
    block,
    holder,
    id,
    parts,
    issue(fields = {}) {
      return issue({ recipients, block }, { ...request, ...fields }, parts, this.now)
    },
    issueAnother(fields = {}) {
      const other = { ...parts, tail: newKey().padEnd(22, '-') }
      return issue({ recipients, block }, { ...request, ...fields }, other, this.now)
    },
    renew(code, fields = {}) {
      return renew({ recipients, block }, { ...request, answers: [newAnswer(code)], resend: 'replace', ...fields }, parts, this.now)
    },
    verify(code, fields = {}) {
      const guesses = typeof code === 'string' ? [guess(code)] : code
      const all = { id, intent, user, context, guesses, origin: '', grantSeconds: 0, limits, ...fields }
      return verify({ recipients, block }, all, parts, this.now)
    },
  }
}
