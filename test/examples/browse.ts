import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { launchBrowser } from '../helpers/chromium.js'
import type { ServedLoginApp } from './login-app.js'

/** Opens a page whose time stands still until the test moves it. Animations are off. */
export type Open = (options?: BrowserContextOptions) => Promise<Page>

/**
 * One browser for the tests around this call, a fresh profile for each page. A test fails where a page reports a script error or a breach of its
 * content security policy.
 */
export function useBrowser(): Open {
  let browser: Browser
  let pages: Page[] = []
  let complaints: string[] = []
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
  })
  afterEach(async () => {
    const heard = complaints
    await Promise.all(pages.map((page) => page.context().close()))
    pages = []
    complaints = []
    expect(heard).toEqual([])
  })
  return async function open(options = {}) {
    const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1000, height: 720 }, ...options })
    context.setDefaultTimeout(10_000)
    const page = await context.newPage()
    pages.push(page)
    page.on('pageerror', (err) => complaints.push(err.message))
    page.on('console', (message) => {
      // Refused requests are logged too, and expected.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text())
    })
    const now = Date.now()
    await page.clock.install({ time: now })
    await page.clock.pauseAt(now + 1000)
    return page
  }
}

/** Goes to the login page and has a code sent. */
export async function askFor(page: Page, url: string, to: string): Promise<void> {
  await page.goto(`${url}/login`)
  await fillIn(page, to)
}

/** Has a code sent from the page where one is. */
export async function fillIn(page: Page, to: string): Promise<void> {
  await page.getByLabel('Phone number or e-mail').fill(to)
  await page.getByRole('button', { name: 'Send code' }).click()
  await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
}

/** Types a code and sends it off, where the page does not do that by itself. */
export async function type(page: Page, code: string): Promise<void> {
  const goesByItself = (await page.locator('one-time-code[autosubmit]').count()) > 0 && code.replace(/\D/g, '').length === 6
  await page.getByLabel('Code', { exact: true }).fill(code)
  if (!goesByItself) await page.locator('#code-button').click()
}

/** Fills in a transfer on its page, and goes on to the page of its code. */
export async function fillInTransfer(page: Page, app: ServedLoginApp, amount = '120', payee = 'Ada Lovelace'): Promise<void> {
  await page.getByLabel('Payee').fill(payee)
  await page.getByLabel('Amount in EUR').fill(amount)
  // Above the cooldown.
  app.advance(60)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Approve the transfer' }).waitFor()
}

/** What is said about the code, once it says something. */
export async function codeError(page: Page): Promise<string> {
  const error = page.locator('#code-error:not(:empty)')
  await error.waitFor()
  return await said(page, '#code-error')
}

/** The text of one element, blanks as a reader sees them. */
export async function said(page: Page, selector: string): Promise<string> {
  const text = (await page.locator(selector).textContent()) ?? ''
  return text.replace(/\s+/g, ' ').trim()
}

const paleTextsScript = readFileSync(new URL('pale-texts.js', import.meta.url), 'utf8')

/** Visible texts whose contrast is below 4.5, disabled controls aside. */
export async function paleTexts(page: Page): Promise<readonly string[]> {
  return await page.evaluate(paleTextsScript)
}

/** Pixels by which a page is wider than its window. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** Where the visible headings, fields and buttons are. Equal before and after: nothing has jumped. */
export async function places(page: Page): Promise<readonly string[]> {
  const controls = await page.locator('main :is(h1, input, button):visible').all()
  return await Promise.all(controls.map(async (control) => JSON.stringify(await control.boundingBox())))
}

/** With `UPDATE_IMAGES=true` the pictures of the documentation are taken anew. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.UPDATE_IMAGES !== 'true') return
  const folder = fileURLToPath(new URL('../../docs/images', import.meta.url))
  mkdirSync(folder, { recursive: true })
  await page.mouse.move(0, 0)
  await page.screenshot({ path: `${folder}/${name}.png` })
}
