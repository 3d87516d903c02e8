import { describe, expect, it } from 'vitest'
import { hasChromium } from '../helpers/chromium.js'
import { fillIn, fillInTransfer, picture, said, type, useBrowser } from './browse.js'
import { useLogin } from './login-app.js'

const phone = '+12068800123'

describe.skipIf(!hasChromium)('the transfer page', () => {
  const open = useBrowser()
  const login = useLogin()

  it('T18 approves one transfer with a code of its own, sent to the user who is logged in', async () => {
    const page = await open({ viewport: { width: 1000, height: 800 } })
    const app = login()
    await page.goto(`${app.url}/transfer`)
    await page.waitForURL(/\/login/)
    await fillIn(page, phone)
    await type(page, await app.code())
    await page.waitForURL(`${app.url}/transfer`)
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await page.locator('#payee-error').textContent()).toBe('Who gets the money?')
    await fillInTransfer(page, app)
    const [message] = await app.inbox()
    expect(message?.to).toBe(phone)
    expect(message?.text).toContain('Ada Lovelace')
    expect(message?.text).toContain('120.00')
    await picture(page, 'transfer')
    await type(page, await app.code())
    await page.getByRole('heading', { name: 'Transfer approved' }).waitFor()
    expect(await said(page, '#done')).toContain('120.00 EUR')
  })

  it('T15 goes on with the same transfer after a reload', async () => {
    const page = await open()
    const app = login()
    await page.goto(`${app.url}/login?returnTo=/transfer`)
    await fillIn(page, phone)
    await type(page, await app.code())
    await page.waitForURL(`${app.url}/transfer`)
    await fillInTransfer(page, app)
    app.advance(60)
    await page.reload()
    await expect.poll(() => said(page, '#timer')).toBe('Expires in 4:00')
    expect(await said(page, '#enter .facts')).toBe('PayeeAda Lovelace Amount120.00 EUR')
    await type(page, await app.code())
    await page.getByRole('heading', { name: 'Transfer approved' }).waitFor()
    expect(await said(page, '#done .facts')).toBe('PayeeAda Lovelace Amount120.00 EUR')
  })
})
