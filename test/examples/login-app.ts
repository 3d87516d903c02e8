import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach } from 'vitest'
import { spawnServer, until } from '../helpers/server-process.js'

const program = fileURLToPath(new URL('../../examples/login/server.js', import.meta.url))
const appModule = fileURLToPath(new URL('../../examples/login/app.js', import.meta.url))

/** One message of `/inbox.json`. */
export interface InboxMessage {
  readonly to: string
  readonly channel: string
  readonly text: string
  readonly code: string
  readonly at: string
}

/** The login example, running. */
export interface LoginApp {
  readonly url: string
  /** Newest first. */
  inbox(): Promise<readonly InboxMessage[]>
  /** The newest code. */
  code(): Promise<string>
  stop(): Promise<void>
}

/** The example inside this process, in memory, with a clock of its own. */
export interface ServedLoginApp extends LoginApp {
  /** Moves the time of codes and limits. */
  advance(seconds: number): void
}

interface LoginModule {
  createApp(options: { otpSecret: string; sessionSecret: string; clock: { now(): number } }): RequestListener
}

/** Serves the example from this process. */
async function serveLogin(): Promise<ServedLoginApp> {
  let now = Date.now()
  const { createApp }: LoginModule = await import(appModule)
  const secret = 'a secret for tests, long enough for any check'
  const server = createServer(createApp({ otpSecret: secret, sessionSecret: secret, clock: { now: () => now } }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It listens on a port, not on a pipe.
  const { port } = server.address() as AddressInfo
  return {
    ...client(`http://127.0.0.1:${port}`),
    advance: (seconds) => {
      now += seconds * 1000
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A fresh app for each of the tests around this call. */
export function useLogin(): () => ServedLoginApp {
  let app: ServedLoginApp | undefined
  beforeEach(async () => {
    app = await serveLogin()
  })
  afterEach(async () => {
    await app?.stop()
  })
  return () => {
    if (app === undefined) throw new Error('the app is there within a test only')
    return app
  }
}

/** Starts the example as `npm run demo` does, on a free port. Runs on what was built last. */
export async function startLogin(env: Readonly<Record<string, string>> = {}): Promise<LoginApp & { output(): string }> {
  const settings = Object.entries({ PORT: '0', ...env }).map(([name, value]) => `${name}=${value}`)
  const server = await spawnServer('env', [...settings, process.execPath, program])
  const address = (): string | undefined => /http:\/\/127\.0\.0\.1:\d+/.exec(server.output())?.[0]
  await until('the login example', async () => address() !== undefined, { alive: server.running })
  return { ...client(address() ?? ''), output: server.output, stop: server.kill }
}

function client(url: string): Pick<LoginApp, 'url' | 'inbox' | 'code'> {
  // Our own example answers nothing else.
  const inbox = async (): Promise<readonly InboxMessage[]> => (await (await fetch(`${url}/inbox.json`)).json()) as InboxMessage[]
  return {
    url,
    inbox,
    async code() {
      const [newest] = await inbox()
      if (newest === undefined) throw new Error('the inbox is empty')
      return newest.code
    },
  }
}

/** Another code than this one. */
export function wrong(code: string): string {
  return code === '000000' ? '111111' : '000000'
}
