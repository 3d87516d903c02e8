import { emailChannel } from 'express-otp/channels/email'
import type { MailTransporter, OutgoingMail } from 'express-otp/transports/nodemailer'
import { nodemailerTransport } from 'express-otp/transports/nodemailer'
import { createTransport } from 'nodemailer'
import { afterEach, describe, expect, it } from 'vitest'
import type { ReceivedMail, RunningSmtpServer } from '../helpers/smtp-server.js'
import { startSmtpServer } from '../helpers/smtp-server.js'
import { message, patient } from './sample-message.js'

const FROM = 'Acme <codes@acme.example>'
const stops: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

async function smtp(): Promise<RunningSmtpServer> {
  const server = await startSmtpServer()
  stops.push(server.stop)
  return server
}

function only(received: readonly ReceivedMail[]): ReceivedMail {
  const [first] = received
  if (first === undefined || received.length !== 1) throw new Error(`expected one mail, got ${received.length}`)
  return first
}

/** The header block, unfolded. */
function headersOf(mail: ReceivedMail): readonly string[] {
  const [block = ''] = mail.raw.split('\r\n\r\n')
  return block.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
}

describe('nodemailerTransport', () => {
  it('sends both parts of what the email channel words, over real SMTP', async () => {
    const { url, received } = await smtp()
    const transport = nodemailerTransport({ url, from: FROM })
    const channel = emailChannel({ transport })
    const worded = channel.word({
      code: '482913',
      intent: 'login',
      reference: 'KX',
      ttlSeconds: 300,
      locale: undefined,
      context: { payee: 'J\u00fcrgen & S\u00f6hne' },
      service: 'Caf\u00e9 Acme',
      host: undefined,
    })
    const { id } = await transport.deliver(message({ to: 'Ann.Lee+x@example.com', ...worded }), patient)
    const { from, to, mail } = only(received)
    expect({ from, to }).toEqual({ from: 'codes@acme.example', to: ['Ann.Lee+x@example.com'] })
    expect(mail.from?.value).toEqual([{ name: 'Acme', address: 'codes@acme.example' }])
    expect(mail.to).toMatchObject({ value: [{ name: '', address: 'Ann.Lee+x@example.com' }] })
    expect(mail.subject).toBe('Your Caf\u00e9 Acme code (KX)')
    expect(mail.text?.trimEnd()).toBe(worded.text)
    expect(typeof mail.html === 'string' ? mail.html.trimEnd() : mail.html).toBe(worded.html?.trimEnd())
    expect(mail.messageId).toBe(id)
  })

  it('marks the message as automatic and adds nothing that tracks', async () => {
    const { url, received } = await smtp()
    await nodemailerTransport({ url, from: FROM }).deliver(message(), patient)
    const names = headersOf(only(received)).map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
    expect(headersOf(only(received))).toEqual(expect.arrayContaining(['Auto-Submitted: auto-generated', 'X-Auto-Response-Suppress: All']))
    expect(names.sort()).toEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
      'x-auto-response-suppress',
    ])
    expect(headersOf(only(received)).join('\n')).not.toContain('482913')
  })

  it('sends text alone where there is no HTML', async () => {
    const { url, received } = await smtp()
    await nodemailerTransport({ url, from: FROM }).deliver(message({ html: undefined }), patient)
    expect(only(received).mail).toMatchObject({ text: expect.stringContaining('482913'), html: false })
  })

  it('uses a transporter of the caller\u2019s, and a sender in two parts', async () => {
    const { url, received } = await smtp()
    const transport = nodemailerTransport({
      transporter: createTransport(url),
      from: { name: 'Acme, Inc. <evil@example.com>', address: 'codes@acme.example' },
    })
    expect(await transport.deliver(message(), patient)).toEqual({ id: expect.stringMatching(/^<.+@acme\.example>$/) })
    expect(only(received).mail.from?.value).toEqual([{ name: 'Acme, Inc. <evil@example.com>', address: 'codes@acme.example' }])
  })

  it.each([
    'ann@example.com, bob@evil.example',
    'ann@example.com>\r\nRCPT TO:<bob@evil.example',
    'ann@example.com\r\nBcc: bob@evil.example',
    '"ann@evil.example x"@example.com',
    'Ann <bob@evil.example>',
    'ann@example.com\u0000',
  ])('T41 reaches no second mailbox and adds no header for the recipient %j', async (to) => {
    const { url, received } = await smtp()
    await nodemailerTransport({ url, from: FROM })
      .deliver(message({ to }), patient)
      .catch(() => undefined)
    for (const mail of received) {
      expect(mail.to).toHaveLength(1)
      expect(mail.to[0]).not.toMatch(/@evil\.example$/)
      expect(headersOf(mail).filter((line) => /^bcc:/i.test(line))).toEqual([])
    }
  })

  it('T41 keeps line breaks in other fields out of the headers', async () => {
    const { url, received } = await smtp()
    const subject = 'Hello\r\nBcc: bob@evil.example\r\n\r\n<b>body</b>'
    await nodemailerTransport({ url, from: FROM }).deliver(message({ subject, text: '482913\r\n.\r\nQUIT\r\n' }), patient)
    const mail = only(received)
    expect(mail.to).toEqual(['ann@example.com'])
    expect(headersOf(mail).filter((line) => /^bcc:/i.test(line))).toEqual([])
    expect(mail.mail.text).toContain('482913\n.\nQUIT')
  })

  it('T41 hands the address over in parts, and reads no file and no URL', async () => {
    const mails: OutgoingMail[] = []
    const transporter: MailTransporter = {
      async sendMail(mail) {
        mails.push(mail)
      },
    }
    expect(await nodemailerTransport({ transporter, from: FROM }).deliver(message(), patient)).toEqual({ id: undefined })
    expect(mails).toEqual([
      expect.objectContaining({
        from: FROM,
        to: { name: '', address: 'ann@example.com' },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: expect.any(AbortSignal),
      }),
    ])
  })
})

describe('nodemailerTransport options', () => {
  const url = 'smtp://user:pass-1@127.0.0.1:25'
  const transporter: MailTransporter = { sendMail: async () => undefined }

  it.each<readonly [object, RegExp]>([
    [{ from: FROM }, /"transporter" or "url" is missing/],
    [{ from: FROM, url, transporter }, /not both/],
    [{ transporter }, /option "from" is missing/],
    [{ transporter, from: 'Acme' }, /option "from" is "Acme"/],
    [{ transporter, from: 'a@example.com\r\nBcc: b@example.com' }, /option "from"/],
    [{ transporter, from: { address: 'a@example.com' } }, /option "from"/],
    [{ transporter, from: { name: 'A\nB', address: 'a@example.com' } }, /option "from"/],
    [{ transporter, from: { name: 'A', address: 'example.com' } }, /option "from"/],
    [{ transporter, from: 5 }, /option "from"/],
    [{ transporter: {}, from: FROM }, /option "transporter"/],
    [{ url: 'http://user:pass-1@example.com', from: FROM }, /option "url" is not acceptable/],
    [{ url: 'smtp://user:pass-1@exa mple.com', from: FROM }, /option "url" is not acceptable/],
    [{ transporter, from: FROM, timeoutSeconds: 0.01 }, /option "timeoutSeconds"/],
    [{ transporter, from: FROM, timeoutSeconds: 61 }, /option "timeoutSeconds"/],
    [{ transporter, from: FROM, form: FROM }, /Did you mean "from"\?/],
  ])('refuses %j', (options, problem) => {
    // What a JavaScript caller may hand over; the types forbid it.
    const make = (): unknown => nodemailerTransport(options as Parameters<typeof nodemailerTransport>[0])
    expect(make).toThrowError(problem)
    expect(make).toThrowError(expect.objectContaining({ code: 'ERR_OTP_OPTION' }))
    expect(make).not.toThrowError(/pass-1/)
  })

  it('accepts a name that is empty, and waits 10 seconds unless told otherwise', () => {
    const transport = nodemailerTransport({ transporter, from: { name: '', address: 'a@example.com' } })
    expect(transport).toMatchObject({ name: 'nodemailer', timeoutSeconds: 10 })
    expect(nodemailerTransport({ transporter, from: FROM, timeoutSeconds: 0.05 }).timeoutSeconds).toBe(0.05)
  })
})
