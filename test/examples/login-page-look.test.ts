import { describe, expect, it } from 'vitest'
import { hasChromium } from '../helpers/chromium.js'
import { askFor, codeError, overflow, paleTexts, picture, places, type, useBrowser } from './browse.js'
import { useLogin, wrong } from './login-app.js'

const phone = '+12068800123'

/** The step of the code in Hebrew, which the browser of these tests has letters for. */
const HEBREW = {
  'h1#enter-title': '\u05d4\u05d6\u05df \u05d0\u05ea \u05d4\u05e7\u05d5\u05d3',
  '#enter .lead':
    '\u05e9\u05dc\u05d7\u05e0\u05d5 \u05d0\u05d5\u05ea\u05d5 \u05dc\u05de\u05e1\u05e4\u05e8 {to}, \u05d4\u05d4\u05d5\u05d3\u05e2\u05d4 \u05de\u05e1\u05d5\u05de\u05e0\u05ea {reference}',
  'label[for=code]': '\u05e7\u05d5\u05d3',
  '#timer': '\u05e4\u05d2 \u05d1\u05e2\u05d5\u05d3 5:00',
  '#code-hint': '6 \u05e1\u05e4\u05e8\u05d5\u05ea. \u05e0\u05d5\u05ea\u05e8\u05d5 5 \u05e0\u05d9\u05e1\u05d9\u05d5\u05e0\u05d5\u05ea.',
  '#code-button': '\u05db\u05e0\u05d9\u05e1\u05d4',
  '#resend': '\u05e7\u05d5\u05d3 \u05d7\u05d3\u05e9 \u05d1\u05e2\u05d5\u05d3 0:30',
  '#restart': '\u05db\u05ea\u05d5\u05d1\u05ea \u05d0\u05d7\u05e8\u05ea',
  '.aside': '\u05d6\u05d5 \u05d3\u05d5\u05d2\u05de\u05d4.',
  'nav a:first-child': '\u05d4\u05e2\u05d1\u05e8\u05d4',
  'nav a:last-child': '\u05d4\u05d5\u05d3\u05e2\u05d5\u05ea',
}

// Runs in the page: puts words into an element, and what stood in it at their places.
const speak = new Function(
  'element',
  'words',
  'element.replaceChildren(...words.split(/{(\\w+)}/).map((part, index) => (index % 2 ? element.querySelector("[data-fill=" + part + "]") : part)))',
) as (element: unknown, words: string) => void

// Runs in the page: how far right the first and the last character of a text stand.
const ends = new Function(
  'element',
  `const at = (index) => {
    const range = document.createRange()
    range.setStart(element.firstChild, index)
    range.setEnd(element.firstChild, index + 1)
    return range.getBoundingClientRect().left
  }
  return { plus: at(0), last: at(element.textContent.length - 1) }`,
) as (element: unknown) => { plus: number; last: number }

describe.skipIf(!hasChromium)('the look of the login page', () => {
  const open = useBrowser()
  const login = useLogin()

  it.each([320, 390])('fits a window of %d px, and nothing jumps when something is said', async (width) => {
    const page = await open({ viewport: { width, height: 720 }, deviceScaleFactor: 1.5, colorScheme: 'light' })
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

  it('reads from right to left where its language does, with numbers from left to right', async () => {
    const page = await open({ locale: 'he', viewport: { width: 1000, height: 720 } })
    await page.addInitScript(
      "addEventListener('DOMContentLoaded', () => Object.assign(document.documentElement, { dir: 'rtl', lang: 'he' }))",
    )
    const app = login()
    await askFor(page, app.url, phone)
    for (const [selector, words] of Object.entries(HEBREW)) await page.locator(selector).evaluate(speak, words)
    const digits = await page.locator('#enter [data-fill=to]').evaluate(ends)
    expect(digits.plus).toBeLessThan(digits.last)
    await page.getByLabel('\u05e7\u05d5\u05d3', { exact: true }).fill('123')
    await picture(page, 'login-right-to-left')
  })
})
