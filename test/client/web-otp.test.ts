import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useBrowser } from '../examples/browse.js'
import { hasChromium } from '../helpers/chromium.js'
import { show, watch } from './element-page.js'
import { type Requests, sms, standIn } from './sms-stand-in.js'

const FORM = '<form action="/sent"><one-time-code name="code" label="Code" autosubmit></one-time-code><button>Log in</button></form>'

/** For each request so far, whether it was given up. */
function given(page: Page): Promise<boolean[]> {
  return page.evaluate(() => (Reflect.get(globalThis, 'requests') as Requests).asked.map(({ aborted }) => aborted))
}

function box(page: Page, change: 'refuse' | 'remove' | 'clear'): Promise<void> {
  return page.evaluate((what) => {
    const found = document.querySelector('one-time-code')
    if (found === null) return
    if (what === 'refuse') found.error = 'This code is not right.'
    if (what === 'clear') found.value = ''
    if (what === 'remove') found.remove()
  }, change)
}

describe.skipIf(!hasChromium)('<one-time-code> and WebOTP', () => {
  const open = useBrowser()

  it('fills in the code of an SMS, says that it is complete, and submits', async () => {
    const page = await open()
    await standIn(page)
    await show(page, FORM)
    await expect.poll(() => page.getByRole('textbox').getAttribute('inputmode')).toBe('numeric')
    const seen = await watch(page)
    expect(await page.evaluate(() => (Reflect.get(globalThis, 'requests') as Requests).asked.at(-1)?.transport)).toEqual(['sms'])
    await sms(page, '123456')
    await expect.poll(seen).toEqual({ codes: ['123456'], submits: 1 })
    expect(await page.getByRole('textbox').inputValue()).toBe('123456')
  })

  it('gives up when the form is submitted, and waits again after a refusal and for a new code', async () => {
    const page = await open()
    await standIn(page)
    await show(page, FORM)
    const seen = await watch(page)
    await page.getByRole('textbox').fill('111111')
    await expect.poll(async () => (await seen()).submits).toBe(1)
    expect((await given(page)).at(-1)).toBe(true)
    await box(page, 'refuse')
    expect((await given(page)).at(-1)).toBe(false)
    await sms(page, '222222')
    await expect.poll(async () => (await seen()).codes).toEqual(['111111', '222222'])
    await box(page, 'clear')
    expect((await given(page)).filter((aborted) => !aborted)).toHaveLength(1)
    await sms(page, '222222')
    await expect.poll(async () => (await seen()).submits).toBe(3)
  })

  it('gives up when the element leaves the page', async () => {
    const page = await open()
    await standIn(page)
    await show(page, FORM)
    await expect.poll(async () => (await given(page)).length).toBeGreaterThan(0)
    await box(page, 'remove')
    expect(await given(page)).not.toContain(false)
  })
})
