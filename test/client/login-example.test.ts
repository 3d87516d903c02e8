import { devices } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { fillIn, fillInTransfer, useBrowser } from '../examples/browse.js'
import { useLogin } from '../examples/login-app.js'
import { hasChromium } from '../helpers/chromium.js'
import { ANN } from '../security/scenes.js'
import { sms, standIn } from './sms-stand-in.js'

const { defaultBrowserType: _unused, ...phone } = devices['Pixel 7'] ?? {}

describe.skipIf(!hasChromium)('the kit in the login example', () => {
  const open = useBrowser()
  const login = useLogin()

  it('logs in by keyboard alone', async () => {
    const page = await open()
    const app = login()
    await page.goto(`${app.url}/login`)
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    await page.keyboard.type(ANN)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('code')
    await page.keyboard.type(await app.code())
    await page.waitForURL(`${app.url}/`)
  })

  it('logs in on a phone by the SMS that the browser may read, and approves no transfer by itself', async () => {
    const page = await open(phone)
    const app = login()
    await standIn(page)
    await page.goto(`${app.url}/login?returnTo=/transfer`)
    await fillIn(page, ANN)
    await sms(page, await app.code())
    await page.waitForURL(`${app.url}/transfer`)
    await fillInTransfer(page, app)
    await sms(page, await app.code())
    const field = page.getByRole('textbox', { name: 'Code' })
    await expect.poll(() => field.inputValue()).toBe(await app.code())
    expect(await page.getByRole('heading', { name: 'Transfer approved' }).isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('heading', { name: 'Transfer approved' }).waitFor()
  })
})
