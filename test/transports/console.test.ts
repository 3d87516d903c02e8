import { consoleTransport } from 'express-otp/transports/console'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { message, patient } from './sample-message.js'

const warn = vi.spyOn(process, 'emitWarning')

beforeEach(() => {
  warn.mockReset().mockReturnValue()
})

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('consoleTransport', () => {
  it('prints the recipient, the subject and the text', async () => {
    const written: string[] = []
    const transport = consoleTransport({ write: (text) => written.push(text) })
    expect(transport.name).toBe('console')
    expect(await transport.deliver(message(), patient)).toEqual({})
    expect(written).toEqual([
      '\nemail to ann@example.com (login, KX)\n  | Your Acme code (KX)\n  | \n  | Your Acme code for login:\n  | \n  |     482913\n',
    ])
  })

  it('prints to standard output by default', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    try {
      await consoleTransport().deliver(message({ channel: 'sms', to: '+12068800123', subject: undefined, text: '482913' }), patient)
      expect(write.mock.calls).toEqual([['\nsms to +12068800123 (login, KX)\n  | 482913\n']])
    } finally {
      write.mockRestore()
    }
  })

  it('T66 warns when it is made, not when it delivers', async () => {
    const transport = consoleTransport({ write: () => undefined })
    await transport.deliver(message(), patient)
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('for all recipients'), {
      type: 'SecurityWarning',
      code: 'OTP_CONSOLE_TRANSPORT',
    })
  })

  it('T66 cannot be made with NODE_ENV=production', () => {
    vi.stubEnv('NODE_ENV', 'production')
    for (const options of [undefined, {}, { dangerouslyInProduction: false }, { dangerouslyInProduction: undefined }]) {
      expect(() => consoleTransport(options)).toThrowError(expect.objectContaining({ code: 'ERR_OTP_OPTION' }))
    }
    expect(() => consoleTransport()).toThrowError(/NODE_ENV=production/)
  })

  it('T66 can be forced in production, and warns all the same', () => {
    vi.stubEnv('NODE_ENV', 'production')
    consoleTransport({ write: () => undefined, dangerouslyInProduction: true })
    expect(warn).toHaveBeenCalledTimes(1)
  })

  it.each<readonly [object, RegExp]>([
    [{ write: 'stdout' }, /option "write"/],
    [{ dangerouslyInProduction: 'yes' }, /option "dangerouslyInProduction"/],
    [{ inProduction: true }, /unknown option "inProduction"/],
  ])('refuses the options %j', (options, problem) => {
    expect(() => consoleTransport(options)).toThrowError(problem)
  })
})
