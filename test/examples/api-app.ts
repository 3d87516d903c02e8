import { fileURLToPath } from 'node:url'
import { spawnServer, until } from '../helpers/server-process.js'
import type { InboxMessage } from './login-app.js'

/** Full path of a file of the example. */
export const apiFile = (name: string): string => fileURLToPath(new URL(`../../examples/api/${name}`, import.meta.url))

/** A key with every right, and two of other tenants with fewer. */
export const KEYS = {
  all: {
    id: 'shop',
    secret: 'sk_test_of-the-shop-0123456789',
    login: 'shop@acme.example',
    tenant: 'shop',
    rights: ['send', 'verify', 'customCode', 'weakCodes', 'sandbox', 'unsigned'],
  },
  bank: { id: 'bank', secret: 'sk_live_of-the-bank-0123456789', login: 'bank@acme.example', tenant: 'bank', rights: ['send', 'verify'] },
  sender: { id: 'sender', secret: 'sk_live_that-sends-0123456789', tenant: 'bank', rights: ['send'] },
} as const

export interface Key {
  readonly id: string
  readonly secret: string
  readonly login?: string
}

export interface Heard {
  readonly status: number
  readonly type: string | null
  readonly body: Readonly<Record<string, unknown>>
}

/** The service door's example, running. */
export interface ApiDemo {
  readonly url: string
  /** What it printed so far. */
  output(): string
  ask(method: string, path: string, headers?: Readonly<Record<string, string>>, body?: object): Promise<Heard>
  /** Newest first. */
  inbox(): Promise<readonly InboxMessage[]>
  /** The newest code for an address. */
  codeFor(to: string): Promise<string>
  stop(): Promise<void>
}

/** Starts the example as `npm run demo:api` does, on a free port. Runs on what was built last. */
export async function startApi(
  env: Readonly<Record<string, string>> = { OTP_API_KEYS: JSON.stringify(Object.values(KEYS)) },
): Promise<ApiDemo> {
  const settings = Object.entries({ PORT: '0', OTP_SECRET: 'the secret of one-time codes, for tests only', ...env })
  const server = await spawnServer('env', [...settings.map(([name, value]) => `${name}=${value}`), process.execPath, apiFile('server.js')])
  const address = (): string | undefined => /^http:\/\/127\.0\.0\.1:\d+$/m.exec(server.output())?.[0]
  await until('the API example', async () => address() !== undefined, { alive: server.running, seconds: 30 })
  const url = address() ?? ''
  const inbox = async (): Promise<readonly InboxMessage[]> => (await (await fetch(`${url}/inbox.json`)).json()) as InboxMessage[]
  return {
    url,
    output: server.output,
    async ask(method, path, headers = {}, body) {
      const init =
        body === undefined
          ? { method, headers }
          : { method, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) }
      const response = await fetch(url + path, init)
      return { status: response.status, type: response.headers.get('Content-Type'), body: (await response.json()) as Heard['body'] }
    },
    inbox,
    async codeFor(to) {
      const message = (await inbox()).find((one) => one.to === to)
      if (message === undefined) throw new Error(`the inbox has nothing for ${to}`)
      return message.code
    },
    stop: server.kill,
  }
}

/** How one dialect sends a code and checks it: true where it was right. */
export interface Spoken {
  readonly name: string
  readonly to: string
  send(demo: ApiDemo, key: Key): Promise<{ readonly status: number; verify(at: ApiDemo, code: string): Promise<boolean> }>
}

const unimatrix = (name: string, mount: string, to: string): Spoken => ({
  name,
  to,
  async send(demo, { id }) {
    const path = (action: string): string => `${mount}?action=otp.${action}&accessKeyId=${id}`
    const { status } = await demo.ask('POST', path('send'), {}, { to })
    return {
      status,
      verify: async (at, code) => Reflect.get(Object((await at.ask('POST', path('verify'), {}, { to, code })).body.data), 'valid') === true,
    }
  },
})

/** Every place of the door, each with an address of its own: one address waits between two codes. */
export const DIALECTS: readonly Spoken[] = [
  {
    name: 'our own JSON',
    to: '+12065550111',
    async send(demo, { secret }) {
      const key = { Authorization: `Bearer ${secret}` }
      const { body, status } = await demo.ask('POST', '/v1/otp/send', key, { to: this.to })
      return {
        status,
        verify: async (at, code) => (await at.ask('POST', '/v1/otp/verify', key, { id: body.id, code })).body.status === 'verified',
      }
    },
  },
  unimatrix('Unimatrix at the root', '/', '+12065550112'),
  unimatrix('Unimatrix under its prefix', '/unimatrix', '+12065550113'),
  {
    name: 'Octopush',
    to: '+33611223346',
    async send(demo, { login = '', secret }) {
      const key = { 'api-login': login, 'api-key': secret }
      const base = '/octopush/v1/public/service/otp'
      const { body, status } = await demo.ask('POST', `${base}/generate`, key, { phone_number: this.to })
      const { otp_request_token } = body
      return {
        status,
        verify: async (at, code) => (await at.ask('PUT', `${base}/validate`, key, { otp_request_token, code })).body.message === 'success',
      }
    },
  },
  {
    name: 'Sendmator',
    to: 'lin@example.com',
    async send(demo, { secret }) {
      const key = { 'X-API-Key': secret }
      const base = '/sendmator/api/v1/otp'
      const { body, status } = await demo.ask('POST', `${base}/send`, key, { channels: ['email'], recipients: { email: this.to } })
      const { session_token } = body
      return {
        status,
        verify: async (at, code) =>
          (await at.ask('POST', `${base}/verify`, key, { session_token, otps: { email: code } })).body.session_verified === true,
      }
    },
  },
]
