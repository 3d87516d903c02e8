import { createOtp } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { outbox } from 'express-otp/testing'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type DoorApp, doorApp, SECRET } from '../helpers/door-app.js'

const MAIL = 'ann@example.org'

describe('option sandbox', () => {
  afterEach(() => vi.unstubAllEnvs())

  async function start(sandbox: boolean | { recipients: string[] } | undefined): Promise<DoorApp> {
    const app = await doorApp({ otp: { sandbox } })
    onTestFinished(() => app.stop())
    return app
  }

  it('T66 is closed by default: the code is delivered and never answered', async () => {
    const { browser, mail } = await start(undefined)
    const sent = await browser().post('/otp/send', { to: MAIL })
    expect(sent.body.sandboxCodes).toBeUndefined()
    expect(sent.text).not.toContain(mail.code())
  })

  it('T66 answers with codes that work and delivers nothing, to the named recipients only', async () => {
    const { browser, mail } = await start({ recipients: [MAIL] })
    const ann = browser()
    const sent = await ann.post('/otp/send', { to: MAIL })
    expect(mail.messages).toEqual([])
    expect((await ann.post('/otp/verify', { code: sent.body.sandboxCodes.email })).status).toBe(200)
    const other = await browser().post('/otp/send', { to: 'bob@example.org' })
    expect(other.body.sandboxCodes).toBeUndefined()
    expect(mail.messages).toHaveLength(1)
  })

  it('T66 warns at start and is refused in production', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const options = { secret: SECRET, channels: [emailChannel({ transport: outbox() })], sandbox: true }
    createOtp(options)
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('sandbox is open for everybody'), 'OtpWarning')
    warned.mockRestore()
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => createOtp(options)).toThrow(/option "sandbox" .* refused with NODE_ENV=production/)
  })
})
