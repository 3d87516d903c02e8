import { describe, expect, it } from 'vitest'
import { hasChromium } from '../helpers/chromium.js'
import { askFor, codeError, overflow, paleTexts, picture, places, type, useBrowser } from './browse.js'
import { useLogin, wrong } from './login-app.js'

const phone = '+12068800123'

describe.skipIf(!hasChromium)('the look of the login page', () => {
  const open = useBrowser()
  const login = useLogin()

  it.each([320, 390])('fits a window of %d px, and nothing jumps when something is said', async (width) => {
    const page = await open({ viewport: { width, height: 720 }, deviceScaleFactor: 2, colorScheme: 'light' })
    const app = login()
    await page.goto(`${app.url}/login`)
    const field = page.getByLabel('Phone number or e-mail')
    await field.fill('12')
    const before = await places(page)
    await page.getByRole('button', { name: 'Send code' }).click()
    await expect.poll(() => page.locator('#to-error').textContent()).not.toBe('')
    expect(await places(page)).toEqual(before)
    expect(await overflow(page)).toBe(0)
    await askFor(page, app.url, `a.very.long.mailbox.name.indeed@${'subdomain.'.repeat(5)}example.com`)
    await page.getByRole('button', { name: 'Use another address' }).click()
    await askFor(page, app.url, phone)
    if (width === 390) await picture(page, 'login-phone')
    const asked = await places(page)
    await type(page, wrong(await app.code()))
    await codeError(page)
    expect(await places(page)).toEqual(asked)
    app.advance(300)
    await page.clock.runFor(300_000)
    await expect.poll(() => page.locator('#code-error').textContent()).toContain('expired')
    expect(await places(page)).toEqual(asked)
    expect(await overflow(page)).toBe(0)
    for (const path of ['/', '/inbox']) {
      await page.goto(app.url + path)
      expect(await overflow(page)).toBe(0)
    }
  })

  it.each(['light', 'dark'] as const)('has enough contrast in %s colors', async (colorScheme) => {
    const page = await open({ colorScheme })
    const app = login()
    await page.goto(`${app.url}/login`)
    await page.getByRole('button', { name: 'Send code' }).waitFor()
    if (colorScheme === 'light') await picture(page, 'login-light')
    expect(await paleTexts(page)).toEqual([])
    await askFor(page, app.url, phone)
    if (colorScheme === 'dark') await picture(page, 'login-dark')
    expect(await paleTexts(page)).toEqual([])
    await type(page, wrong(await app.code()))
    await codeError(page)
    if (colorScheme === 'light') await picture(page, 'login-error')
    expect(await paleTexts(page)).toEqual([])
    await page.goto(`${app.url}/inbox`)
    await page.locator('.message').waitFor()
    expect(await paleTexts(page)).toEqual([])
  })
})
