import type { AddressInfo, Socket } from 'node:net'
import type { ParsedMail } from 'mailparser'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** One message as it arrived. */
export interface ReceivedMail {
  /** Addresses of the SMTP envelope. */
  readonly from: string
  readonly to: readonly string[]
  /** Header block and body as sent. */
  readonly raw: string
  readonly mail: ParsedMail
}

/** How a server is to misbehave. */
export interface SmtpBehaviour {
  /** Reply code to RCPT TO. */
  readonly refuseRecipient?: number
  /** Reply code after the message was handed over. */
  readonly refuseMessage?: number
  /** Takes the whole message and never answers. */
  readonly silent?: boolean
  /** Takes the whole message and drops the connection. */
  readonly dropAfterMessage?: boolean
  /** Demands a login and refuses every one. */
  readonly refuseLogin?: boolean
}

export interface RunningSmtpServer {
  /** `smtp:` URL on loopback, for nodemailer. */
  readonly url: string
  /** Everything received so far, oldest first. */
  readonly received: readonly ReceivedMail[]
  stop(): Promise<void>
}

/** A real SMTP server on a free loopback port. */
export async function startSmtpServer(behaviour: SmtpBehaviour = {}): Promise<RunningSmtpServer> {
  const received: ReceivedMail[] = []
  const sockets = new Map<number, Socket>()
  const server = new SMTPServer({
    logger: false,
    closeTimeout: 100,
    authOptional: behaviour.refuseLogin !== true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (_auth, _session, done) => done(reply(535, 'no such user')),
    onRcptTo(address, _session, done) {
      if (behaviour.refuseRecipient === undefined) return done()
      return done(reply(behaviour.refuseRecipient, `mailbox ${address.address} unavailable`))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (behaviour.silent === true) return
        if (behaviour.dropAfterMessage === true) return sockets.get(session.remotePort)?.destroy()
        if (behaviour.refuseMessage !== undefined) return done(reply(behaviour.refuseMessage, 'message refused'))
        const raw = Buffer.concat(chunks)
        const { mailFrom, rcptTo } = session.envelope
        simpleParser(raw).then((mail) => {
          received.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map((address) => address.address),
            raw: raw.toString('utf8'),
            mail,
          })
          done()
        }, done)
      })
    },
  })
  server.on('error', () => undefined)
  server.server.on('connection', (socket: Socket) => {
    if (socket.remotePort !== undefined) sockets.set(socket.remotePort, socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  // A listening TCP server has an AddressInfo, not a pipe's name.
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://${behaviour.refuseLogin === true ? 'user:word@' : ''}127.0.0.1:${port}`,
    received,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
