import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { overflow, useBrowser } from '../examples/browse.js'
import { broken } from '../examples/reader.js'
import { hasChromium } from '../helpers/chromium.js'
import { show } from './element-page.js'

const FORM =
  '<h1>Log in</h1><form action="/sent"><one-time-code name="code" label="Code" hint="6 digits" error="This code is not right."></one-time-code><button>Log in</button></form>'

/** One computed style of the field. */
function style(page: Page, name: string): Promise<string> {
  return page.getByRole('textbox').evaluate((field, property) => getComputedStyle(field).getPropertyValue(property), name)
}

describe.skipIf(!hasChromium)('the look of <one-time-code>', () => {
  const open = useBrowser()

  it.each([
    ['light', FORM],
    ['dark', `<meta name="color-scheme" content="light dark">${FORM}`],
    ['from right to left', `<div dir="rtl">${FORM}</div>`],
    ['320 px wide', FORM],
  ])('is clean by axe-core, %s', async (name, body) => {
    const page = await open({
      colorScheme: name === 'dark' ? 'dark' : 'light',
      viewport: { width: name === '320 px wide' ? 320 : 1000, height: 700 },
    })
    await show(page, body)
    await expect.poll(() => page.getByRole('textbox').getAttribute('aria-invalid')).toBe('true')
    expect(await broken(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
    expect(await style(page, 'direction')).toBe('ltr')
  })

  it('moves nothing for those who ask for that', async () => {
    const still = await open()
    await show(still, FORM)
    expect(await style(still, 'transition-duration')).toBe('0s')
    const lively = await open({ reducedMotion: 'no-preference' })
    await show(lively, FORM)
    expect(await style(lively, 'transition-duration')).toBe('0.15s')
  })

  it('is styled by parts and custom properties', async () => {
    const page = await open()
    await show(page, FORM)
    await page.getByRole('textbox').waitFor()
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(
        'one-time-code { --one-time-code-size: 40px; --one-time-code-bad: rgb(1, 2, 3) } one-time-code::part(input) { text-align: right } one-time-code::part(error) { font-weight: 700 }',
      )
      document.adoptedStyleSheets = [sheet]
    })
    expect(await style(page, 'font-size')).toBe('40px')
    expect(await style(page, 'text-align')).toBe('right')
    expect(await style(page, 'border-left-color')).toBe('rgb(1, 2, 3)')
    const error = page.getByText('This code is not right.')
    expect(await error.evaluate((shown) => getComputedStyle(shown).fontWeight)).toBe('700')
  })

  it('has a name by a label of the page too', async () => {
    const page = await open()
    await show(page, '<label for="box">One-time code</label><one-time-code id="box" length="6"></one-time-code>')
    await page.getByRole('textbox', { name: 'One-time code' }).waitFor()
    await page.getByText('One-time code').click()
    await page.keyboard.type('7')
    expect(await page.getByRole('textbox').inputValue()).toBe('7')
    expect((await broken(page)).filter((rule) => rule.startsWith('label:'))).toEqual([])
  })
})
