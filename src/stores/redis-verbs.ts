import type { Register } from '../ports/register.js'
import type { IssueRequest, Store } from '../ports/store.js'
import { chargeElsewhere, confirmElsewhere, reserveElsewhere, returnElsewhere } from './redis-elsewhere.js'
import type { Places } from './redis-keys.js'
import { flagAt, listAt, numberAt, type Reply, readFind, readIssue, readNote, readRedeem, readSend, readVerify } from './redis-reply.js'
import {
  attachArguments,
  checkLabel,
  checkRecipientKey,
  confirmArguments,
  labelArguments,
  markOf,
  partsOf,
  redeemArguments,
  sendArguments,
  showArguments,
  verifyArguments,
  withdrawArguments,
} from './redis-request.js'
import type { Run } from './redis-run.js'
import type { Script } from './redis-script.js'
import { CANCEL, FIND, ISSUE, REDEEM, RELEASE, RENEW, VERIFY, WITHDRAW } from './redis-scripts.js'
import { ATTACH, CONFIRM } from './redis-scripts-delegated.js'
import { LABEL, NOTE, SHOW } from './redis-scripts-labels.js'

/** Carries out one decision, with all its commands, within the deadline. */
export type Decide = <T>(work: (run: Run) => Promise<T>) => Promise<T>

/** How records are called. */
export interface Naming {
  readonly places: Places
  readonly labelKey: (label: string) => string
}

/** The verbs of a store, each one script call where all its records lie on one server. */
export function redisVerbs({ places, labelKey }: Naming, decide: Decide): Omit<Store, 'close' | keyof Register> {
  async function send<T>(script: Script, request: IssueRequest, more: readonly unknown[], read: (reply: Reply) => T): Promise<T> {
    const id = partsOf(request.id)
    const place = places(id.recipients, request.origin)
    return await decide(async (run) => {
      const reserved = place.away ? await reserveElsewhere(run, place, request, id) : undefined
      const values = [...sendArguments(request, id, place, reserved?.refused ?? false), ...more]
      const reply = await run(script, place.here, values, request.limits)
      if (reply[0] !== 'issued') await reserved?.giveBack()
      return read(reply[0] === 'issued' && reserved !== undefined ? [...reply, ...reserved.quota] : reply)
    })
  }

  return {
    issue: (request) => send(ISSUE, request, [], readIssue),
    renew: (request) => send(RENEW, request, [request.resend === 'keep'], readSend),
    async verify(request) {
      const id = partsOf(request.id)
      const place = places(id.recipients, request.origin)
      return await decide(async (run) => {
        const charged = place.away ? await chargeElsewhere(run, place, request, id) : undefined
        const values = verifyArguments(request, id, place, charged?.said ?? [])
        const reply = await run(VERIFY, place.here, values, request.limits)
        const failures = await charged?.settle(reply[2] === false ? undefined : listAt(reply, 2))
        return readVerify(listAt(reply, 0), Math.max(numberAt(reply, 1), failures ?? 0))
      })
    },
    async confirm(request) {
      const id = partsOf(request.id)
      const place = places(id.recipients, request.origin)
      return await decide(async (run) => {
        const reply = await run(CONFIRM, place.here, confirmArguments(request, id, place), request.limits)
        if (reply[1] !== false) await confirmElsewhere(run, place, request, id, listAt(reply, 1))
        return readVerify(listAt(reply, 0), 0)
      })
    },
    async attach(request) {
      const id = partsOf(request.id)
      const place = places(id.recipients.slice(0, 1), '')
      return await decide(async (run) => flagAt(await run(ATTACH, place.here, attachArguments(request, id)), 0))
    },
    async find(request) {
      const id = partsOf(request.id)
      const place = places(id.recipients.slice(0, 1), '')
      return await decide(async (run) => readFind(await run(FIND, place.here, [id.tail, markOf(id.tail)], request.limits)))
    },
    async withdraw(request) {
      const id = partsOf(request.id)
      const place = places(id.recipients, '')
      await decide(async (run) => {
        await run(WITHDRAW, place.here, withdrawArguments(request, id))
        // Last, so that a failure in between leaves places used rather than a live code without them.
        if (request.giveBack) await returnElsewhere(run, place, request, id)
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
    async label(request) {
      checkLabel(request.label)
      partsOf(request.id)
      await decide((run) => run(LABEL, [labelKey(request.label)], labelArguments(request)))
    },
    async note({ label, status }) {
      checkLabel(label)
      return await decide(async (run) => {
        const { decision, record } = readNote(await run(NOTE, [labelKey(label)], [status]))
        // Also where nothing is new: an earlier report may have got no further than the label.
        if (record !== undefined) {
          const id = partsOf(record.id)
          await run(SHOW, places(id.recipients.slice(0, 1), '').here, showArguments(record, id))
        }
        return decision
      })
    },
  }
}
