import { startSmtpServer } from '../../test/helpers/smtp-server.js'
import { startVendor } from '../../test/helpers/vendor.js'

/** What reached people: text messages through a vendor of ours, letters through a mail server. */
export interface Post {
  readonly vendorPort: number
  readonly mailPort: number
  /** The codes that this address was sent, oldest first. */
  codesFor(to: string): readonly string[]
  stop(): Promise<void>
}

/** Starts a vendor and a mail server. */
export async function startPost(): Promise<Post> {
  const [vendor, smtp] = await Promise.all([startVendor(), startSmtpServer()])
  return {
    vendorPort: Number(new URL(vendor.url).port),
    mailPort: Number(new URL(smtp.url).port),
    codesFor(to) {
      if (!to.includes('@')) return vendor.codesFor(to)
      const letters = smtp.received.filter((letter) => letter.to.includes(to))
      return letters.map(({ mail }) => /\b\d{6}\b/.exec(mail.text ?? '')?.[0] ?? '')
    },
    async stop() {
      await Promise.all([vendor.stop(), smtp.stop()])
    },
  }
}
