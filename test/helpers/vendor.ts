import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A vendor of text messages on loopback, for `webhookTransport`. */
export interface Vendor {
  readonly url: string
  /** Codes that this number was sent, oldest first. */
  codesFor(to: string): readonly string[]
  stop(): Promise<void>
}

/** Starts a vendor; `take` is called with each message before the vendor answers, and is waited for. */
export async function startVendor(take: (to: string) => Promise<void> | void = () => undefined): Promise<Vendor> {
  const codes = new Map<string, string[]>()
  const server = createServer((req, res) => {
    let body = ''
    req.setEncoding('utf8').on('data', (piece: string) => {
      body += piece
    })
    req.once('end', async () => {
      // Only the transport of the app under test posts here.
      const { data } = JSON.parse(body) as { readonly data: { readonly to: string; readonly code: string } }
      codes.set(data.to, [...(codes.get(data.to) ?? []), data.code])
      await take(data.to)
      res.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    codesFor: (to) => codes.get(to) ?? [],
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
