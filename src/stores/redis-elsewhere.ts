import { randomBytes } from 'node:crypto'
import type { ChallengeIdParts } from '../core/challenge-id.js'
import type { ConfirmRequest, IssueRequest, VerifyRequest, WithdrawRequest } from '../ports/store.js'
import type { Placement } from './redis-keys.js'
import { flagAt, isLimited, listAt, numberAt, type Reply } from './redis-reply.js'
import { codesOf, isKnown, markOf } from './redis-request.js'
import type { Run } from './redis-run.js'
import { CONFIRM_BLOCK, CONFIRM_RECIPIENT } from './redis-scripts-delegated.js'
import {
  CHARGE_BLOCK,
  CHARGE_RECIPIENT,
  RESERVE_BLOCK,
  RESERVE_RECIPIENT,
  RETURN_BLOCK,
  RETURN_RECIPIENT,
  SETTLE_BLOCK,
  SETTLE_RECIPIENT,
} from './redis-scripts-spread.js'

/*
 * A cluster has no step that changes records of several servers together. So the further records of a decision are charged first, each
 * in one step that refuses where a limit is reached; then the record that holds the challenge decides; then what the decision did not
 * use is given back. Whatever fails in between leaves something charged that need not be, never the other way round.
 */

/** Places reserved on other servers. */
export interface Reserved {
  /** The first refusal, in the order in which the law asks; `false` for none. */
  readonly refused: Reply | false
  /** What the IP block has left, as `ISSUE` tells it of one that is kept beside the challenge; empty where it told nothing. */
  readonly quota: Reply
  giveBack(): Promise<void>
}

/** Takes a place in every quota that is kept elsewhere. */
export async function reserveElsewhere(run: Run, place: Placement, request: IssueRequest, id: ChallengeIdParts): Promise<Reserved> {
  const { limits } = request
  const tailMark = markOf(id.tail)
  const recipientMarks = id.recipients.map(markOf)
  const [recipients, block] = await Promise.all([
    Promise.all(
      place.recipients.map(({ key }) => run(RESERVE_RECIPIENT, [key], [tailMark, markOf(request.origin), isKnown(request)], limits)),
    ),
    place.block === undefined
      ? undefined
      : run(RESERVE_BLOCK, [place.block], [tailMark, recipientMarks, codesOf(request), isKnown(request)], limits),
  ])
  const replies = block === undefined ? recipients : [...recipients, block]
  return {
    refused: replies.find(isLimited) ?? false,
    quota: block?.slice(2) ?? [],
    async giveBack() {
      const returned = place.recipients.flatMap(({ key }, index) => {
        const reply = recipients[index]
        return reply === undefined || isLimited(reply) ? [] : [run(RETURN_RECIPIENT, [key], [tailMark, numberAt(reply, 1), false])]
      })
      if (place.block !== undefined && block !== undefined && !isLimited(block)) {
        returned.push(run(RETURN_BLOCK, [place.block], [tailMark, recipientMarks, numberAt(block, 1)]))
      }
      await Promise.all(returned)
    },
  }
}

/** Gives places back after a message that did not go out. */
export async function returnElsewhere(run: Run, place: Placement, request: WithdrawRequest, id: ChallengeIdParts): Promise<void> {
  const values = [markOf(id.tail), request.issued.now, true]
  await Promise.all(place.recipients.map(({ key }) => run(RETURN_RECIPIENT, [key], values)))
}

/** Failures charged on other servers. */
export interface Charged {
  /** Of each of them, in the order in which the law asks, its refusal, or else the recipient's failures of the last day. */
  readonly said: readonly Reply[]
  /** Puts what the guess really did in the place of the charge, and answers with the most failures that any of these recipients has. */
  settle(effects: Reply | undefined): Promise<number>
}

/** Charges every further recipient as if all codes of each guess were its own, and one failure of an unknown device to the IP block. */
export async function chargeElsewhere(run: Run, place: Placement, request: VerifyRequest, id: ChallengeIdParts): Promise<Charged> {
  const { limits } = request
  // A second code of a channel, which `resend: 'keep'` leaves, is charged when the guess is settled: the challenge's own attempts bound it until then.
  const times = request.guesses.reduce((sum, guess) => sum + Object.keys(guess).length, 0)
  const token = place.recipients.length === 0 ? '' : randomBytes(6).toString('base64url')
  const [recipients, block] = await Promise.all([
    Promise.all(place.recipients.map(({ key }) => run(CHARGE_RECIPIENT, [key], [times, token, isKnown(request)], limits))),
    place.block === undefined || isKnown(request) ? undefined : run(CHARGE_BLOCK, [place.block], [], limits),
  ])
  const said = recipients.map((charge) => refusalIn(charge) ?? listAt(charge, 2))
  if (block !== undefined && isLimited(block)) said.push(block)
  return {
    said,
    async settle(effects) {
      const [failures] = await Promise.all([
        Promise.all(
          place.recipients.map(async ({ index, key }, at) => {
            const charge = recipients[at]
            if (charge === undefined) return 0
            if (refusalIn(charge) !== undefined) return numberAt(charge, 1)
            const settled = [markOf(id.tail), index, token, effects ?? NO_EFFECTS, isKnown(request)]
            return numberAt(await run(SETTLE_RECIPIENT, [key], settled, limits), 0)
          }),
        ),
        settleBlock(run, place.block, block, id, effects),
      ])
      return Math.max(0, ...failures)
    },
  }
}

/** Does on other servers what a confirmation means for them. What fails here leaves something charged that need not be. */
export async function confirmElsewhere(
  run: Run,
  place: Placement,
  request: ConfirmRequest,
  id: ChallengeIdParts,
  effects: Reply,
): Promise<void> {
  const [tailMark, known] = [markOf(id.tail), isKnown(request)]
  const takeBack = request.takeBack && !known
  await Promise.all([
    ...place.recipients.map(({ index, key }) => run(CONFIRM_RECIPIENT, [key], [tailMark, index, effects, known], request.limits)),
    place.block === undefined ? undefined : run(CONFIRM_BLOCK, [place.block], [tailMark, id.recipients.map(markOf), effects, takeBack]),
  ])
}

/** `charge` is none for a known device, whose failures the block does not count. */
async function settleBlock(run: Run, key: string | undefined, charge: Reply | undefined, id: ChallengeIdParts, effects: Reply | undefined) {
  if (key === undefined || (charge !== undefined && isLimited(charge))) return
  // The charge stands, or there is none, and nothing is given back: a round trip is saved.
  const stands = charge === undefined || (effects !== undefined && flagAt(effects, 1))
  if (stands && (effects === undefined || listAt(effects, 2).length === 0)) return
  const at = charge === undefined ? 0 : numberAt(charge, 1)
  await run(SETTLE_BLOCK, [key], [markOf(id.tail), id.recipients.map(markOf), at, effects ?? NO_EFFECTS])
}

/** Of a guess that was never compared: nothing right, nothing wrong, nothing given back. */
const NO_EFFECTS: Reply = [[], false, []]

function refusalIn(charge: Reply): Reply | undefined {
  return charge[0] === false ? undefined : listAt(charge, 0)
}
