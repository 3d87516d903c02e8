import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as a vendor received it. */
export interface VendorRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A vendor's place on loopback. */
export interface VendorStub {
  readonly url: string
  readonly received: VendorRequest[]
  stop(): Promise<unknown>
}

/** Listens on a free port of 127.0.0.1, records each request and lets `answer` answer it. */
export async function vendorStub(answer: (res: ServerResponse, req: IncomingMessage) => void): Promise<VendorStub> {
  const received: VendorRequest[] = []
  const server = createServer((req, res) => {
    let body = ''
    req.setEncoding('utf8').on('data', (chunk) => {
      body += chunk
    })
    req.on('end', () => {
      received.push({ method: req.method ?? '', path: req.url ?? '', headers: req.headers, body })
      answer(res, req)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A listening TCP server has an AddressInfo, not a pipe's name.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The one request that came; fails where none or several did. */
export function onlyRequest(stub: VendorStub): VendorRequest {
  const [first] = stub.received
  if (first === undefined || stub.received.length !== 1) throw new Error(`expected one request, got ${stub.received.length}`)
  return first
}
