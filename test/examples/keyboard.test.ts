import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { hasChromium } from '../helpers/chromium.js'
import { useBrowser } from './browse.js'
import { useLogin, wrong } from './login-app.js'
import { focused, listen } from './reader.js'

const phone = '+12068800123'

/** Role and name of what has the focus, once that is `role`; fails where nobody could see that it has. */
async function at(page: Page, role: string, name: string): Promise<void> {
  await expect.poll(async () => focused(page)).toMatchObject({ role, name })
  expect(await page.evaluate(ring)).toBeGreaterThanOrEqual(3)
}

/** Tabs on, and tells where that leads. */
async function tab(page: Page, times = 1): Promise<string> {
  for (let presses = 0; presses < times; presses++) await page.keyboard.press('Tab')
  const { role, name } = await focused(page)
  expect(await page.evaluate(ring), `the ring around ${name}`).toBeGreaterThanOrEqual(3)
  return `${role} ${name}`
}

/** Contrast of the ring around the focus with what lies around it; 0 where there is none. */
const ring = `(() => {
  const element = document.activeElement
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element)
  if (element.tagName === 'H1') return 3
  if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) return 0
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  const light = (...colors) => {
    for (const color of colors) { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1) }
    const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
  }
  let around = element.parentElement
  while (around && getComputedStyle(around).backgroundColor === 'rgba(0, 0, 0, 0)') around = around.parentElement
  const page = getComputedStyle(around ?? document.body).backgroundColor
  const [one, two] = [light(page), light(page, outlineColor)]
  return Math.max(one, two) / Math.min(one, two)
})()`

describe.skipIf(!hasChromium)('by keyboard and screen reader alone', () => {
  const open = useBrowser()
  const login = useLogin()

  it.each(['light', 'dark'] as const)('somebody logs in, approves a transfer and logs out, in %s colors', async (colorScheme) => {
    const page = await open({ colorScheme })
    const app = login()
    const heard = await listen(page)
    await page.goto(app.url)
    expect(await tab(page)).toBe('link Acme')
    expect([await tab(page), await tab(page), await tab(page)]).toEqual(['link Transfer', 'link Inbox', 'link Log in'])
    await page.keyboard.press('Enter')

    await at(page, 'textbox', 'Phone number or e-mail')
    await page.getByText('Phone numbers with country code').waitFor()
    await page.keyboard.press('Enter')
    await expect
      .poll(() => focused(page))
      .toMatchObject({ isInvalid: true, description: expect.stringMatching(/^Type a phone number or an e-mail address\./) })
    expect(await heard()).toEqual(['Type a phone number or an e-mail address.'])
    await page.keyboard.type(phone)
    expect(await tab(page)).toBe('button Send code')
    await page.keyboard.press('Space')

    await at(page, 'textbox', 'Code')
    expect(await focused(page)).toMatchObject({ isInvalid: false, description: '6 digits. 5 attempts left.' })
    expect(await heard()).toEqual(['Code sent by text message. It is valid for 5 minutes.'])
    expect([await tab(page), await tab(page), await tab(page)]).toEqual(['button Log in', 'button Use another address', 'link inbox'])
    for (let presses = 0; presses < 3; presses++) await page.keyboard.press('Shift+Tab')
    await page.keyboard.type(wrong(await app.code()))
    await expect
      .poll(() => focused(page))
      .toMatchObject({ name: 'Code', isInvalid: true, description: expect.stringMatching(/^This code is not right\. 4 attempts left\./) })
    expect(await heard()).toEqual(['This code is not right. 4 attempts left.'])
    // What is wrong is selected: typing replaces it.
    await page.keyboard.type(await app.code())
    await page.waitForURL(`${app.url}/`)

    expect(await tab(page, 4)).toBe('link Make a transfer')
    await page.keyboard.press('Enter')
    await at(page, 'textbox', 'Payee')
    await page.waitForLoadState()
    await page.keyboard.press('Enter')
    await expect
      .poll(() => focused(page))
      .toMatchObject({ name: 'Payee', isInvalid: true, description: expect.stringMatching(/^Who gets the money\?/) })
    await page.keyboard.type('Ada Lovelace')
    expect(await tab(page)).toBe('textbox Amount in EUR')
    await page.keyboard.type('120')
    app.advance(60)
    await heard()
    await page.keyboard.press('Enter')
    await at(page, 'textbox', 'Code')
    expect(await heard()).toEqual(['Code sent by text message. It is valid for 5 minutes.'])
    await page.keyboard.type(await app.code())
    expect(await tab(page)).toBe('button Approve')
    await page.keyboard.press('Enter')
    await at(page, 'heading', 'Transfer approved')
    expect(await tab(page)).toBe('link Back to the start')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${app.url}/`)
    expect(await tab(page, 5)).toBe('button Log out')
    await page.keyboard.press('Space')
    await page.getByText('You are not logged in.').waitFor()
  })
})
