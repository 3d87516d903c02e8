import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { outbox } from 'express-otp/testing'
import { delegated } from 'express-otp/transports'
import { type CodeVendor, codeVendor, type VendorName } from '../helpers/code-vendor.js'
import { type DoorApp, type DoorAppOptions, openDoor, type PlaceName } from '../helpers/door-app.js'

/** The session door and the vendor behind it. */
export interface VendorScene extends DoorApp {
  readonly vendor: CodeVendor
  /** Every event, as `name outcome`. */
  readonly events: string[]
}

/** The session door, whose SMS are a vendor's and whose mail is ours. */
export async function openVendorDoor(name: VendorName, place: PlaceName, options: DoorAppOptions = {}): Promise<VendorScene> {
  const vendor = await codeVendor(name)
  const mail = outbox('mail-outbox')
  const channels = [smsChannel({ transport: delegated(vendor.delegate) }), emailChannel({ transport: mail })]
  const door = await openDoor({ place, ...options, otp: { channels, ...options.otp } })
  const events: string[] = []
  for (const event of ['issued', 'sent', 'delivery_failed', 'verified', 'unavailable'] as const)
    door.otp.on(event, () => events.push(event))
  door.otp.on('rejected', ({ outcome }) => events.push(`rejected ${outcome}`))
  return { ...door, mail, vendor, events }
}
