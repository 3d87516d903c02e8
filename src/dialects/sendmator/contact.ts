import type { ApiKey } from '../../core/service/api-key.js'
import type { Session, SessionChannel } from './session.js'

/** A recipient that proved to be reachable, of a session that was sent with `add_contact`. */
export interface VerifiedContact {
  readonly tenant: string
  /** Id of the key that sent the right code. */
  readonly keyId: string
  /** The first channel that was proved. */
  readonly channel: SessionChannel
  /** Canonical address. */
  readonly to: string
  /** What the caller noted at the send. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Stores a contact; may be async, no answer waits for it. */
export type OnContact = (contact: VerifiedContact) => void | Promise<void>

/** Tells the application of a contact. Whatever it throws is reported as a warning, without what the contact holds. */
export async function tellContact(
  onContact: OnContact,
  key: ApiKey,
  { channel, to }: { readonly channel: SessionChannel; readonly to: string },
  { metadata }: Session,
): Promise<void> {
  try {
    await onContact({ tenant: key.tenant, keyId: key.id, channel, to, metadata })
  } catch {
    process.emitWarning('sendmatorDialect: the option "onContact" threw.', 'OtpWarning')
  }
}
