import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { fileTransport } from 'express-otp/transports/file'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failureOf, message, patient } from './sample-message.js'
import { HOSTILE } from './vendor-cases.js'

let folder = ''
let path = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-file-'))
  path = join(folder, 'outbox.jsonl')
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

function lines(): unknown[] {
  const text = readFileSync(path, 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('fileTransport', () => {
  it('appends one line of JSON for each message, for the owner alone', async () => {
    const transport = fileTransport({ path })
    expect(await transport.deliver(message(), patient)).toEqual({})
    await transport.deliver(message({ channel: 'sms', to: '+12065550100', subject: undefined, html: undefined }), patient)
    const [mail, sms] = lines()
    expect(mail).toEqual({
      at: expect.stringMatching(/^20\d\d-\d\d-\d\dT.*Z$/),
      channel: 'email',
      to: 'ann@example.com',
      code: '482913',
      text: 'Your Acme code for login:\n\n    482913',
      subject: 'Your Acme code (KX)',
      html: '<!doctype html><p>482913</p>',
      intent: 'login',
      reference: 'KX',
      expiresAt: '2026-01-01T00:05:00.000Z',
    })
    expect(sms).toMatchObject({ channel: 'sms', to: '+12065550100' })
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it.each(HOSTILE)('T41 keeps %j in the field and on the line it stands in', async (hostile) => {
    const sent = message({
      to: hostile,
      code: hostile,
      text: hostile,
      subject: hostile,
      html: hostile,
      intent: hostile,
      reference: hostile,
    })
    await fileTransport({ path }).deliver(sent, patient)
    const { to, code, text, subject, html, intent, reference } = sent
    expect(lines()).toEqual([expect.objectContaining({ to, code, text, subject, html, intent, reference })])
  })

  it('keeps lines whole where many messages come at once', async () => {
    const transport = fileTransport({ path })
    await Promise.all(Array.from({ length: 50 }, (_, index) => transport.deliver(message({ reference: `R${index}` }), patient)))
    expect(lines()).toHaveLength(50)
  })

  it('T64 says that nothing was sent where it cannot write, without the message', async () => {
    const err = await failureOf(fileTransport({ path: join(folder, 'missing', 'outbox.jsonl') }).deliver(message(), patient))
    expect(err.delivery).toEqual({ transport: 'file', status: undefined, errorCode: 'ENOENT', retryable: true, uncertain: false })
    expect(inspect(err, { depth: 9, showHidden: true })).not.toMatch(/ann@|482913|missing/)
  })

  it('warns once when it is made', () => {
    fileTransport({ path })
    expect(process.emitWarning).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/fileTransport writes every one-time code/), {
      type: 'SecurityWarning',
      code: 'OTP_FILE_TRANSPORT',
    })
  })

  it('refuses production, unless told so in as many words', () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => fileTransport({ path })).toThrowError(/NODE_ENV=production/)
    expect(() => fileTransport({ path, dangerouslyInProduction: false })).toThrowError(/NODE_ENV=production/)
    expect(() => fileTransport({ path, dangerouslyInProduction: true })).not.toThrow()
  })

  it.each([
    ['path', ''],
    ['path', 'a\0b'],
    ['path', undefined],
    ['dangerouslyInProduction', 1],
    ['file', 'outbox.jsonl'],
  ])('refuses the option %s %j', (name, value) => {
    // What a JavaScript caller may hand over; the types forbid it.
    const given = { path, [name]: value } as Parameters<typeof fileTransport>[0]
    expect(() => fileTransport(given)).toThrowError(new RegExp(`option "${name}"`))
  })
})
