import { type ChallengeIdParts, LABEL_LENGTH, parseChallengeId, RECIPIENT_KEY_LENGTH } from '../core/challenge-id.js'
import { attach, confirm } from '../core/law/delegated.js'
import { cancel, find, redeem, release, withdraw } from '../core/law/end.js'
import { issue, renew } from '../core/law/issue.js'
import { packBlock, packLabel, packRecipient, unpackBlock, unpackLabel, unpackRecipient } from '../core/law/pack.js'
import { label, labelExpiry, note, show } from '../core/law/receipts.js'
import {
  blockExpiry,
  emptyBlock,
  emptyRecipient,
  type LabelRecord,
  type RecipientRecord,
  type Records,
  recipientExpiry,
  tidyBlock,
  tidyRecipient,
} from '../core/law/records.js'
import { verify } from '../core/law/verify.js'
import { OtpError } from '../errors.js'
import type { Store } from '../ports/store.js'
import { lawfulRegister } from './lawful-register.js'
import type { Entry, RecordKeeper } from './record-keeper.js'

interface RecordKeys {
  readonly recipients: readonly string[]
  /** `''` where address limits do not apply. */
  readonly block: string
  readonly grows?: boolean
}

/** A `Store` that runs the law itself, over a keeper of records. */
export function lawfulStore(keeper: RecordKeeper): Store {
  async function decide<T>(
    id: string,
    options: { readonly block?: string; readonly grows?: boolean },
    law: (records: Records, parts: ChallengeIdParts, now: number) => T,
  ): Promise<T> {
    const parts = parseChallengeId(id)
    if (parts === undefined) throw malformed('challenge id')
    const keys = { recipients: parts.recipients, block: options.block ?? '', grows: options.grows ?? false }
    return await change(keeper, keys, (records, now) => law(records, parts, now))
  }
  return {
    issue: (request) => decide(request.id, { block: request.origin, grows: true }, (records, id, now) => issue(records, request, id, now)),
    renew: (request) => decide(request.id, { block: request.origin }, (records, id, now) => renew(records, request, id, now)),
    verify: (request) => decide(request.id, { block: request.origin }, (records, id, now) => verify(records, request, id, now)),
    confirm: (request) => decide(request.id, { block: request.origin }, (records, id, now) => confirm(records, request, id, now)),
    attach: (request) => decide(request.id, {}, (records, id, now) => attach(records, request, id, now)),
    find: (request) => decide(request.id, {}, (records, id, now) => find(records, request, id, now)),
    withdraw: (request) => decide(request.id, {}, (records, id) => withdraw(records, request, id)),
    cancel: (request) => decide(request.id, {}, (records, id) => cancel(records, id)),
    redeem: (request) => decide(request.id, {}, (records, id, now) => redeem(records, request, id, now)),
    async release({ recipient }) {
      if (recipient.length !== RECIPIENT_KEY_LENGTH) throw malformed('recipient key')
      await change(keeper, { recipients: [recipient], block: '' }, (records) => release(records.recipients[0]))
    },
    async label(request) {
      if (parseChallengeId(request.id) === undefined) throw malformed('challenge id')
      await changeLabel(keeper, request.label, true, () => ({ decision: undefined, record: label(request) }))
    },
    async note(request) {
      const { decision, record } = await changeLabel(keeper, request.label, false, (known, now) => {
        const noted = note(known, request, now)
        return { decision: noted, record: noted.record }
      })
      // Also where nothing is new: an earlier report may have got no further than the label.
      if (record !== undefined) await decide(record.id, {}, (records, id) => show(records, record, id))
      return decision
    },
    ...lawfulRegister(keeper),
    close: () => keeper.close(),
  }
}

function change<T>(keeper: RecordKeeper, keys: RecordKeys, law: (records: Records, now: number) => T): Promise<T> {
  const names = keys.recipients.map((key) => `r${key}`)
  if (keys.block !== '') names.push(`b${keys.block}`)
  return keeper.transact(names, keys.grows ?? false, (entries, now) => {
    // An id has at least one recipient, so the list is not empty.
    const recipients = keys.recipients.map((_, index) => readRecipient(entries[index])) as [RecipientRecord, ...RecipientRecord[]]
    const packedBlock = entries[recipients.length]
    const block = keys.block === '' ? undefined : packedBlock === undefined ? emptyBlock() : unpackBlock(packedBlock)
    const decision = law({ recipients, block }, now)
    const written: Entry[] = recipients.map((record) => {
      tidyRecipient(record, now)
      return { packed: packRecipient(record), expiresAt: recipientExpiry(record) }
    })
    if (block !== undefined) {
      tidyBlock(block, now)
      written.push({ packed: packBlock(block), expiresAt: blockExpiry(block) })
    }
    return { entries: written, decision }
  })
}

function changeLabel<T>(
  keeper: RecordKeeper,
  name: string,
  grows: boolean,
  law: (record: LabelRecord | undefined, now: number) => { readonly decision: T; readonly record: LabelRecord | undefined },
): Promise<T> {
  if (name.length !== LABEL_LENGTH) return Promise.reject(malformed('label'))
  return keeper.transact([`l${name}`], grows, ([packed], now) => {
    const { decision, record } = law(packed === undefined ? undefined : unpackLabel(packed), now)
    const entry = record === undefined ? { packed: '', expiresAt: 0 } : { packed: packLabel(record), expiresAt: labelExpiry(record) }
    return { entries: [entry], decision }
  })
}

function malformed(what: string): OtpError {
  return new OtpError('ERR_OTP_STORE', `The store was asked about a malformed ${what}.`, { status: 503 })
}

function readRecipient(packed: string | undefined): RecipientRecord {
  return packed === undefined ? emptyRecipient() : unpackRecipient(packed)
}
