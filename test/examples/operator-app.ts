import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const appModule = fileURLToPath(new URL('../../examples/login/app.js', import.meta.url))

/** What the operator's page is told, as far as tests look at it. */
export interface OperatorPicture {
  readonly copy: string
  readonly counts: readonly { readonly name: string; readonly total: number; readonly plot: readonly number[] }[]
  readonly rules: readonly (readonly [string, number])[]
  readonly places: readonly { readonly name: string; readonly country?: string; readonly issued: number; readonly verified: number }[]
  readonly spends: readonly { readonly limit: string; readonly of: string; readonly used: string; readonly most: string }[]
  readonly events: readonly { readonly name: string; readonly to: string; readonly details: string }[]
}

interface LoginModule {
  createApp(options: Readonly<Record<string, unknown>>): RequestListener
}

/** The login example for one test, with options of `createOtp` or a password of the operator, on all addresses of this machine. */
export async function serveOperator(
  options: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly url: string; readonly port: number }> {
  const { createApp }: LoginModule = await import(appModule)
  const secret = 'a secret for tests, long enough for any check'
  const server = createServer(createApp({ otpSecret: secret, sessionSecret: secret, ...options }))
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  // It listens on a port, not on a pipe.
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port }
}

/** Watches the events of a running app; ends with the test. */
export async function watchOperator(url: string): Promise<{ newest(): OperatorPicture | undefined }> {
  const ended = new AbortController()
  onTestFinished(() => ended.abort())
  const { body, headers, status } = await fetch(`${url}/operator/events`, { signal: ended.signal })
  if (status !== 200 || body === null || headers.get('content-type')?.startsWith('text/event-stream') !== true)
    throw new Error(`no events: ${status}`)
  let newest: OperatorPicture | undefined
  async function read(stream: ReadableStream<Uint8Array>): Promise<void> {
    let text = ''
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      const parts = (text + chunk).split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) if (part.startsWith('data: ')) newest = JSON.parse(part.slice(6))
    }
  }
  // The test's end breaks it off.
  read(body).catch(() => undefined)
  return { newest: () => newest }
}
