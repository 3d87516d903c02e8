import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { hasChromium } from '../helpers/chromium.js'
import { codeError, fillIn, fillInTransfer, overflow, paleTexts, type, useBrowser } from './browse.js'
import { useLogin, wrong } from './login-app.js'
import { broken, focused } from './reader.js'

const phone = '+12068800123'

const RIGHT_TO_LEFT = "addEventListener('DOMContentLoaded', () => Object.assign(document.documentElement, { dir: 'rtl', lang: 'ar' }))"
const LARGE = "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%' })"

interface Look extends BrowserContextOptions {
  readonly script?: string
}

const looks: readonly (readonly [string, Look])[] = [
  ['in light colors', { colorScheme: 'light' }],
  ['in dark colors', { colorScheme: 'dark' }],
  ['from right to left', { locale: 'ar', script: RIGHT_TO_LEFT }],
  ['320 px wide', { viewport: { width: 320, height: 640 } }],
  // What a browser makes of a window of 1000 by 720 (WCAG 2.2, 1.4.10).
  ['at 200 % zoom', { viewport: { width: 500, height: 360 }, deviceScaleFactor: 2 }],
  ['with letters of twice the size', { script: LARGE }],
]

/** Looks at a page for whatever axe-core finds, for pale words, and for anything that sticks out to the side. */
function examiner(page: Page): { look(state: string): Promise<void>; found: readonly string[] } {
  const found: string[] = []
  return {
    found,
    async look(state) {
      for (const rule of await broken(page)) found.push(`${state}: ${rule}`)
      for (const text of await paleTexts(page)) found.push(`${state}: pale: ${text}`)
      const pixels = await overflow(page)
      if (pixels > 0) found.push(`${state}: ${pixels} px too wide`)
    },
  }
}

describe.skipIf(!hasChromium)('every page of the login example', () => {
  const open = useBrowser()
  const login = useLogin()

  it.each(looks)('is clean by axe-core, %s, whatever happened', async (_name, { script, ...options }) => {
    const page = await open(options)
    if (script !== undefined) await page.addInitScript(script)
    const app = login()
    const { found, look } = examiner(page)

    await page.goto(app.url)
    await look('home')
    await page.goto(`${app.url}/inbox`)
    await look('empty inbox')
    await page.goto(`${app.url}/transfer`)
    await page.getByRole('button', { name: 'Send code' }).click()
    await page.locator('#to-error:not(:empty)').waitFor()
    await look('address refused')
    await fillIn(page, phone)
    await look('code')
    await type(page, wrong(await app.code()))
    await codeError(page)
    await look('wrong code')
    app.advance(301)
    await type(page, await app.code())
    await page.locator('#code:disabled').waitFor()
    await look('expired')
    await page.getByRole('button', { name: 'Use another address' }).click()
    await fillIn(page, phone)
    const right = await app.code()
    for (const bad of ['000000', '111111', '222222', '333333', '444444', '555555'].filter((code) => code !== right).slice(0, 5)) {
      await type(page, bad)
      await page.locator('#code-button:not([aria-busy])').waitFor()
    }
    await page.locator('#code:disabled').waitFor()
    await look('limited')

    app.advance(600)
    await page.getByRole('button', { name: 'Use another address' }).click()
    await fillIn(page, phone)
    await type(page, await app.code())
    await page.waitForURL(`${app.url}/transfer`)
    await look('transfer')
    await page.getByRole('button', { name: 'Continue' }).click()
    await look('transfer refused')
    await fillInTransfer(page, app, '1234567.89', 'A company with quite a long name, limited')
    await look('approval')
    await type(page, await app.code())
    await page.getByRole('heading', { name: 'Transfer approved' }).waitFor()
    await look('approved')

    await page.goto(app.url)
    await look('home of a user')
    await page.goto(`${app.url}/inbox`)
    await page.locator('.message').first().waitFor()
    await look('inbox')
    await page.goto(`${app.url}/operator`)
    await page.locator('#events li').first().waitFor()
    await look('operator')
    expect(found).toEqual([])
  })

  it('is clean without scripts too, and the focus is where a person goes on', async () => {
    const page = await open({ colorScheme: 'dark', viewport: { width: 320, height: 640 } })
    // Its own scripts only: axe-core is one too.
    await page.route('**/*.js', (route) => route.abort())
    const app = login()
    const { found, look } = examiner(page)
    const submit = async (name: string): Promise<void> => {
      await page.getByRole('button', { name }).click()
      await page.waitForLoadState()
    }
    await page.goto(`${app.url}/login`)
    await look('address')
    await page.getByLabel('Phone number or e-mail').fill('12')
    await submit('Send code')
    await look('address refused')
    await expect.poll(() => focused(page)).toMatchObject({ name: 'Phone number or e-mail', isInvalid: true })
    await page.getByLabel('Phone number or e-mail').fill(phone)
    await submit('Send code')
    await look('code')
    await expect.poll(() => focused(page)).toMatchObject({ name: 'Code', isInvalid: false, description: '6 digits. Attempts left: 5.' })
    await page.getByLabel('Code', { exact: true }).fill(wrong(await app.code()))
    await submit('Log in')
    await look('wrong code')
    await expect.poll(() => focused(page)).toMatchObject({ name: 'Code', isInvalid: true })
    await page.getByLabel('Code', { exact: true }).fill(await app.code())
    await submit('Log in')
    await page.goto(`${app.url}/transfer`)
    await look('transfer')
    await page.getByLabel('Payee').fill('Ada Lovelace')
    await page.getByLabel('Amount in EUR').fill('120.00')
    app.advance(60)
    await submit('Continue')
    await look('approval')
    await page.getByLabel('Code', { exact: true }).fill(await app.code())
    await submit('Approve')
    await look('confirmation')
    await submit('Transfer now')
    await look('approved')
    expect(found).toEqual([])
  })
})
