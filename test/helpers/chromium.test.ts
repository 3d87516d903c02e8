import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, launchBrowser } from './chromium.js'

describe.skipIf(!hasChromium)('launchBrowser', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser.close()
  })

  it('runs scripts and renders text in a real font', async () => {
    const page = await browser.newPage()
    await page.setContent('<p><span id="wide">WWWWWW</span></p><p><span id="narrow">iiiiii</span></p>')
    const widths = await page.evaluate<number[]>(
      "['wide', 'narrow'].map((id) => document.getElementById(id).getBoundingClientRect().width)",
    )
    // Without a font every character is the same box, or nothing at all.
    expect(widths[1]).toBeGreaterThan(10)
    expect(widths[0]).toBeGreaterThan((widths[1] ?? 0) * 2)
    await page.close()
  })
})
