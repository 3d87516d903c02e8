import { emailChannel } from 'express-otp/channels/email'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { overflow, paleTexts, picture, useBrowser } from '../examples/browse.js'
import { hasChromium } from '../helpers/chromium.js'
import { noTransport, wording } from './sample-wording.js'

const { word } = emailChannel({ transport: noTransport })
const context = { amount: '100 EUR', payee: 'Ann Lee' }

function mail(locale: string): string {
  return word(wording({ locale, intent: 'transfer', context })).html ?? ''
}

/** Shows a mail, and fails where it asks the network for anything. */
async function show(page: Page, html: string): Promise<void> {
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.setContent(html)
  expect(asked).toEqual([])
}

/** One property of an element as the browser computes it. */
async function style(page: Page, selector: string, property: string): Promise<string> {
  return await page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`)
}

/** Where the last line of the small print begins and ends. */
const LAST_LINE = `(() => {
  const range = document.createRange()
  range.selectNodeContents(document.querySelector('.small'))
  const rects = [...range.getClientRects()]
  const bottom = Math.max(...rects.map((rect) => rect.bottom))
  const line = rects.filter((rect) => Math.abs(rect.bottom - bottom) < 8)
  return { left: Math.min(...line.map((rect) => rect.left)), right: Math.max(...line.map((rect) => rect.right)) }
})()`

describe.skipIf(!hasChromium)('the HTML of a mail', () => {
  const open = useBrowser()

  it.each(['light', 'dark'] as const)('is readable in %s mode', async (colorScheme) => {
    const page = await open({ colorScheme, viewport: { width: 600, height: 340 } })
    await show(page, mail('en'))
    expect(await paleTexts(page)).toEqual([])
    expect(await style(page, 'body', 'backgroundColor')).toBe(colorScheme === 'light' ? 'rgb(243, 244, 246)' : 'rgb(22, 24, 28)')
    await picture(page, `mail-${colorScheme}`)
  })

  it.each(['light', 'dark'] as const)('is readable in %s mode without its style sheet, which some programs drop', async (colorScheme) => {
    const page = await open({ colorScheme })
    await show(page, mail('en').replace(/<style>.*<\/style>/, ''))
    expect(await paleTexts(page)).toEqual([])
  })

  it.each(['en', 'de', 'ar'])('fits the narrowest phone, the code on one line, in %s', async (locale) => {
    const page = await open({ viewport: { width: 320, height: 640 } })
    await show(page, mail(locale).replace('482913', '0123456789'))
    expect(await overflow(page)).toBe(0)
    const code = await page.locator('.code').boundingBox()
    expect(code?.height).toBeLessThan(80)
  })

  it.each(['ar', 'he'])('runs from right to left in %s, the values in their own order', async (locale) => {
    const page = await open({ viewport: { width: 600, height: 400 } })
    await show(page, mail(locale))
    const card = await page.locator('.card').boundingBox()
    expect(await style(page, '.card p', 'direction')).toBe('rtl')
    // The last line of a paragraph from right to left ends short of the left edge, not of the right one.
    const edges: { left: number; right: number } = await page.evaluate(LAST_LINE)
    const { x = 0, width = 0 } = card ?? {}
    expect(x + width - edges.right).toBeLessThan(edges.left - x)
    const [amount, to] = await Promise.all(['100 EUR', 'Ann Lee'].map((text) => page.locator('bdi', { hasText: text }).boundingBox()))
    expect(amount?.x).toBeGreaterThan(to?.x ?? 600)
  })

  it('shows the warning once, although it is there twice', async () => {
    const page = await open()
    await show(page, mail('en'))
    expect(await page.getByText('Do not share this code.').count()).toBe(2)
    expect(await page.getByText('Do not share this code.').and(page.locator(':visible')).count()).toBe(1)
  })
})
