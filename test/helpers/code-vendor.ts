import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DelegatedVerification } from 'express-otp/transports'
import { octopushDelegate } from 'express-otp/transports/octopush'
import { sendmatorDelegate } from 'express-otp/transports/sendmator'
import { unimatrixDelegate } from 'express-otp/transports/unimatrix'
import { onTestFinished } from 'vitest'
import { vendorStub } from '../transports/vendor-stub.js'

/** The vendors that keep their codes. */
export const VENDOR_NAMES = ['octopush', 'unimatrix', 'sendmator'] as const

export type VendorName = (typeof VENDOR_NAMES)[number]

/** What a vendor was asked. */
type Question =
  | { readonly kind: 'start'; readonly to: string; readonly channel: string; readonly intent: string }
  | { readonly kind: 'check'; readonly ticket: string; readonly code: string }

/** A vendor on loopback that makes and compares codes. */
export interface CodeVendor {
  readonly url: string
  readonly delegate: DelegatedVerification
  /** Every code that was sent, oldest first. */
  readonly codes: string[]
  /** Every code that was put to it. */
  readonly checked: string[]
  readonly starts: { readonly to: string; readonly channel: string }[]
  /** The newest code. */
  code(): string
  /** How it answers from now on; `eager` calls a right code right as often as it is asked, and five of them in the same instant. */
  mood: 'well' | 'eager' | 'refusing' | 'silent'
}

type Reply = readonly [status: number, body: unknown]

interface Wire {
  delegate(url: string): DelegatedVerification
  read(path: string, body: Readonly<Record<string, unknown>>): Question
  started(ticket: string, id: string): Reply
  judged(isRight: boolean): Reply
}

const timeoutSeconds = 0.4
const MAX_HELD = 5

const WIRES: Readonly<Record<VendorName, Wire>> = {
  octopush: {
    delegate: (baseUrl) => octopushDelegate({ apiLogin: 'ops@example.org', apiKey: 'k-1234-example', baseUrl, timeoutSeconds }),
    read: (path, body) =>
      path === '/service/otp/generate'
        ? { kind: 'start', to: String(body.phone_number), channel: String(body.channel), intent: '' }
        : { kind: 'check', ticket: String(body.otp_request_token), code: String(body.code) },
    started: (ticket, id) => [201, { code: 0, otp_request_token: ticket, ticket_number: id }],
    judged: (isRight) => (isRight ? [200, { code: 0 }] : [400, { code: 199 }]),
  },
  unimatrix: {
    delegate: (baseUrl) => unimatrixDelegate({ accessKeyId: 'AKIDEXAMPLE0001', baseUrl, timeoutSeconds }),
    read: (path, body) =>
      path.includes('action=otp.send')
        ? { kind: 'start', to: String(body.to), channel: String(body.channel), intent: String(body.intent) }
        : { kind: 'check', ticket: `${body.to} ${body.intent}`, code: String(body.code) },
    started: (_ticket, id) => [200, { code: '0', data: { id } }],
    judged: (isRight) => [200, { code: '0', data: { valid: isRight } }],
  },
  sendmator: {
    delegate: (baseUrl) => sendmatorDelegate({ apiKey: 'sk_test_example', baseUrl, timeoutSeconds }),
    read: (path, body) => {
      const [channel = ''] = Object.keys(Object(body.recipients))
      return path === '/v1/otp/send'
        ? { kind: 'start', to: String(Object(body.recipients)[channel]), channel, intent: '' }
        : { kind: 'check', ticket: String(body.session_token), code: String(Object.values(Object(body.otps))[0]) }
    },
    started: (ticket, id) => [
      200,
      {
        session_token: ticket,
        channels_sent: Object.fromEntries(['sms', 'email', 'whatsapp'].map((name) => [name, { success: true, message_id: id }])),
      },
    ],
    judged: (isRight) => (isRight ? [200, { verified: true }] : [400, { message: 'Invalid OTP' }]),
  },
}

/** Starts one; gone when the test is over. */
export async function codeVendor(name: VendorName): Promise<CodeVendor> {
  const wire = WIRES[name]
  const live = new Map<string, string>()
  const answer = (res: ServerResponse, req: IncomingMessage): void => {
    if (vendor.mood === 'silent') return
    // It was recorded in this very turn.
    const body = JSON.parse(stub.received.at(-1)?.body ?? '{}')
    const question = wire.read(req.url ?? '', body)
    const [status, json] = vendor.mood === 'refusing' ? [404, {}] : reply(question)
    const tell = (): void => void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    if (vendor.mood === 'eager' && question.kind === 'check') hold(tell)
    else tell()
  }
  const held: (() => void)[] = []
  const hold = (tell: () => void): void => {
    held.push(tell)
    if (held.length >= MAX_HELD) release()
    else setTimeout(release, 100)
  }
  const release = (): void => {
    for (const tell of held.splice(0)) tell()
  }
  const stub = await vendorStub(answer)
  onTestFinished(async () => void (await stub.stop()))

  function reply(question: Question): Reply {
    if (question.kind === 'start') {
      const { to, channel, intent } = question
      const code = String(600_001 + vendor.codes.length * 7919)
      const ticket = name === 'unimatrix' ? `${to} ${intent}` : `ticket-${vendor.codes.length + 1}`
      vendor.codes.push(code)
      vendor.starts.push({ to, channel })
      live.set(ticket, code)
      return wire.started(ticket, `message-${vendor.codes.length}`)
    }
    vendor.checked.push(question.code)
    const isRight = live.get(question.ticket) === question.code
    if (isRight && vendor.mood !== 'eager') live.delete(question.ticket)
    return wire.judged(isRight)
  }

  const vendor: CodeVendor = {
    url: stub.url,
    delegate: wire.delegate(stub.url),
    codes: [],
    checked: [],
    starts: [],
    mood: 'well',
    code() {
      const code = vendor.codes.at(-1)
      if (code === undefined) throw new Error(`${name} has sent nothing`)
      return code
    },
  }
  return vendor
}
