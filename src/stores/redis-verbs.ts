import type { IssueRequest, Store } from '../ports/store.js'
import { chargeElsewhere, cooldownElsewhere, reserveElsewhere, returnElsewhere } from './redis-elsewhere.js'
import type { Places } from './redis-keys.js'
import { type Reply, readFind, readIssue, readRedeem, readSend, readVerify } from './redis-reply.js'
import { checkRecipientKey, limitsOf, markOf, partsOf, redeemArguments, sendArguments, verifyArguments } from './redis-request.js'
import type { Run } from './redis-run.js'
import type { Script } from './redis-script.js'
import { CANCEL, FIND, ISSUE, REDEEM, RELEASE, RENEW, VERIFY, WITHDRAW } from './redis-scripts.js'

/** Carries out one decision, with all its commands, within the deadline. */
export type Decide = <T>(work: (run: Run) => Promise<T>) => Promise<T>

/** The verbs of a store, each one script call where all its records lie on one server. */
export function redisVerbs(places: Places, decide: Decide): Omit<Store, 'close'> {
  async function send<T>(
    script: Script,
    request: IssueRequest,
    more: readonly unknown[],
    read: (reply: Reply, wait: number) => T,
  ): Promise<T> {
    const id = partsOf(request.id)
    const place = places(id.recipients, request.origin)
    return await decide(async (run) => {
      const reserved = await reserveElsewhere(run, place, request, id)
      const here = { blockHere: place.blockHere, elsewhere: reserved.refused }
      const reply = await run(script, place.here, [...sendArguments(request, id, here), ...more])
      if (reply.text(0) !== 'issued') await reserved.giveBack()
      return read(reply, reserved.wait)
    })
  }

  return {
    issue: (request) => send(ISSUE, request, [], readIssue),
    renew: (request) => send(RENEW, request, [request.resend === 'keep'], readSend),
    async verify(request) {
      const id = partsOf(request.id)
      const place = places(id.recipients, request.origin)
      return await decide(async (run) => {
        const charged = await chargeElsewhere(run, place, request, id)
        const here = { blockHere: place.blockHere, elsewhere: charged.refused }
        const reply = await run(VERIFY, place.here, verifyArguments(request, id, here))
        const failures = await charged.settle(reply.maybeList(2))
        return readVerify(reply.list(0), Math.max(reply.number(1), failures))
      })
    },
    async find(request) {
      const id = partsOf(request.id)
      const place = places(id.recipients, '')
      return await decide(async (run) => {
        const [reply, wait] = await Promise.all([
          run(FIND, place.here, [limitsOf(request.limits), id.tail]),
          cooldownElsewhere(run, place, request.limits),
        ])
        return readFind(reply, wait)
      })
    },
    async withdraw(request) {
      const id = partsOf(request.id)
      const place = places(id.recipients, '')
      await decide(async (run) => {
        if (!request.giveBack) return void (await run(CANCEL, place.here.slice(0, 1), [id.tail]))
        await run(WITHDRAW, place.here, [id.tail, markOf(id.tail)])
        // Last, so that a failure in between leaves places used rather than a live code without them.
        await returnElsewhere(run, place, id)
      })
    },
    async cancel(request) {
      const id = partsOf(request.id)
      const place = places(id.recipients.slice(0, 1), '')
      await decide((run) => run(CANCEL, place.here, [id.tail]))
    },
    async redeem(request) {
      const id = partsOf(request.id)
      const place = places(id.recipients.slice(0, 1), '')
      return await decide(async (run) => readRedeem(await run(REDEEM, place.here, redeemArguments(request, id))))
    },
    async release({ recipient }) {
      checkRecipientKey(recipient)
      await decide((run) => run(RELEASE, places([recipient], '').here, []))
    },
  }
}
