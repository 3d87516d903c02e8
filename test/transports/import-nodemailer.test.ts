import { describe, expect, it } from 'vitest'
import { importNodemailer } from '../../src/transports/import-nodemailer.js'

describe('importNodemailer', () => {
  it('says kindly that the package is missing', async () => {
    const missing = Object.assign(new Error("Cannot find package 'nodemailer'"), { code: 'ERR_MODULE_NOT_FOUND' })
    const loading = importNodemailer(() => Promise.reject(missing))
    await expect(loading).rejects.toThrowError(/npm install nodemailer/)
    await expect(loading).rejects.toMatchObject({ code: 'ERR_OTP_MISSING_PACKAGE', status: 500, cause: missing })
  })

  it('does not call a package missing that fails to load for another reason', async () => {
    const broken = new SyntaxError('broken')
    await expect(importNodemailer(() => Promise.reject(broken))).rejects.toBe(broken)
  })
})
