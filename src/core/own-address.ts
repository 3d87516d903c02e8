import { OtpError } from '../errors.js'
import { within } from '../util/within.js'
import type { Intent, OwnAddress } from './intents.js'

/** Seconds that an application has to look up an address. */
const RECIPIENT_SECONDS = 10

/** The address of the user's record (T18). An application that does not answer holds no request for ever. */
export async function ownAddress(intent: Intent, userId: string): Promise<OwnAddress | null> {
  const late = (): OtpError =>
    new OtpError('ERR_OTP_STORE', `The option "recipient" of the intent "${intent.name}" did not answer within ${RECIPIENT_SECONDS} s.`, {
      status: 503,
    })
  return await within(RECIPIENT_SECONDS, Promise.resolve(intent.recipient?.({ intent: intent.name, userId })), late)
}
