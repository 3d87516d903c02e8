import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { inspect } from 'node:util'
import type { MailTransporter } from 'express-otp/transports/nodemailer'
import { nodemailerTransport } from 'express-otp/transports/nodemailer'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunningSmtpServer, SmtpBehaviour } from '../helpers/smtp-server.js'
import { startSmtpServer } from '../helpers/smtp-server.js'
import { failureOf, message, patient } from './sample-message.js'

const FROM = 'Acme <codes@acme.example>'
const stops: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

async function smtp(behaviour: SmtpBehaviour): Promise<RunningSmtpServer> {
  const server = await startSmtpServer(behaviour)
  stops.push(server.stop)
  return server
}

describe('nodemailerTransport failures', () => {
  it.each<readonly [SmtpBehaviour, number, boolean]>([
    [{ refuseRecipient: 550 }, 550, false],
    [{ refuseRecipient: 450 }, 450, true],
    [{ refuseRecipient: 421 }, 421, true],
    [{ refuseMessage: 554 }, 554, false],
    [{ refuseMessage: 451 }, 451, true],
    [{ refuseLogin: true }, 535, true],
  ])('T35 T64 reads %j as a definite refusal, without the server\u2019s words', async (behaviour, status, retryable) => {
    const { url } = await smtp(behaviour)
    const err = await failureOf(nodemailerTransport({ url, from: FROM }).deliver(message(), patient))
    expect(err.delivery).toMatchObject({ transport: 'nodemailer', status, retryable, uncertain: false })
    expect(err.delivery.errorCode).toMatch(/^E[A-Z]+$/)
    expect(err.cause).toBeUndefined()
    expect(inspect(err, { depth: 9, showHidden: true })).not.toMatch(/ann@|482913|unavailable|refused|no such user/)
  })

  it('T35 counts a refused connection as not sent', async () => {
    const { url, stop } = await startSmtpServer()
    await stop()
    const err = await failureOf(nodemailerTransport({ url, from: FROM }).deliver(message(), patient))
    expect(err.delivery).toEqual({
      transport: 'nodemailer',
      status: undefined,
      errorCode: 'ECONNREFUSED',
      retryable: true,
      uncertain: false,
    })
  })

  it('T35 counts silence after the message as "may have sent"', async () => {
    const { url } = await smtp({ silent: true })
    const err = await failureOf(nodemailerTransport({ url, from: FROM, timeoutSeconds: 0.3 }).deliver(message(), patient))
    expect(err.delivery).toMatchObject({ retryable: false, uncertain: true })
  })

  it('T35 counts a connection lost after the message as "may have sent"', async () => {
    const { url } = await smtp({ dropAfterMessage: true })
    const err = await failureOf(nodemailerTransport({ url, from: FROM }).deliver(message(), patient))
    expect(err.delivery).toMatchObject({ retryable: false, uncertain: true })
  })

  it('T35 counts a server that never greets as not sent', async () => {
    const server = createServer(() => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    stops.push(() => new Promise((resolve) => server.close(resolve)))
    // A listening TCP server has an AddressInfo, not a pipe's name.
    const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`
    const err = await failureOf(nodemailerTransport({ url, from: FROM, timeoutSeconds: 0.4 }).deliver(message(), patient))
    expect(err.delivery).toMatchObject({ errorCode: 'ETIMEDOUT', retryable: true, uncertain: false })
  })

  it('obeys the caller\u2019s signal, before and while sending', async () => {
    const controller = new AbortController()
    let given: AbortSignal | undefined
    const transporter: MailTransporter = {
      sendMail: ({ signal }) => {
        given = signal
        controller.abort()
        return new Promise(() => undefined)
      },
    }
    const transport = nodemailerTransport({ transporter, from: FROM })
    const during = await failureOf(transport.deliver(message(), { signal: controller.signal }))
    expect(during.delivery).toMatchObject({ errorCode: 'ABORTED', retryable: false, uncertain: true })
    expect(given?.aborted).toBe(true)
    const before = await failureOf(transport.deliver(message(), { signal: controller.signal }))
    expect(before.delivery).toMatchObject({ errorCode: 'ABORTED', retryable: true, uncertain: false })
  })

  it.each<readonly [object | string, object]>([
    [{ code: 'ECONFIG' }, { errorCode: 'ECONFIG', retryable: false, uncertain: false }],
    [{ code: 'EENVELOPE' }, { errorCode: 'EENVELOPE', retryable: false, uncertain: false }],
    [{ code: 'ENOAUTH' }, { errorCode: 'ENOAUTH', retryable: true, uncertain: false }],
    [{ code: 'EDNS' }, { errorCode: 'EDNS', retryable: true, uncertain: false }],
    [
      { code: 'ETIMEDOUT', timeoutType: 'GREETING_TIMEOUT' },
      { errorCode: 'ETIMEDOUT', retryable: true, uncertain: false },
    ],
    [
      { code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT' },
      { errorCode: 'ETIMEDOUT', retryable: false, uncertain: true },
    ],
    [
      { code: 'ETIMEDOUT', command: 'CONN' },
      { errorCode: 'ETIMEDOUT', retryable: false, uncertain: true },
    ],
    [
      { code: 'ECONNECTION', command: 'CONN' },
      { errorCode: 'ECONNECTION', retryable: false, uncertain: true },
    ],
    [
      { code: 'EPROTOCOL', responseCode: 250 },
      { status: undefined, errorCode: 'EPROTOCOL', retryable: false, uncertain: true },
    ],
    [{ code: 'ann@example.com' }, { errorCode: undefined, retryable: false, uncertain: true }],
    [{ code: 550 }, { errorCode: undefined, retryable: false, uncertain: true }],
    ['ann@example.com', { errorCode: undefined, retryable: false, uncertain: true }],
  ])('T35 T64 reduces what a transporter throws, %j', async (thrown, delivery) => {
    const transporter: MailTransporter = {
      sendMail: () => Promise.reject(typeof thrown === 'string' ? thrown : Object.assign(new Error('ann@'), thrown)),
    }
    const err = await failureOf(nodemailerTransport({ transporter, from: FROM }).deliver(message(), patient))
    expect(err.delivery).toMatchObject(delivery)
    expect(inspect(err, { depth: 9, showHidden: true })).not.toContain('ann@')
  })
})
