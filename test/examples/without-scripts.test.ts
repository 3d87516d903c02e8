import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { hasChromium } from '../helpers/chromium.js'
import { fillInTransfer, overflow, paleTexts, picture, said, useBrowser } from './browse.js'
import { useLogin, wrong } from './login-app.js'

const phone = '+12068800123'

/** Types a code and sends it off by the form. */
async function enter(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill(code)
  await page.locator('#code-button').click()
}

describe.skipIf(!hasChromium)('the example without scripts', () => {
  const open = useBrowser()
  const login = useLogin()

  it('logs in, transfers and logs out by forms: errors beside their fields, what was typed kept, nothing of it in an address', async () => {
    const page = await open({ javaScriptEnabled: false })
    const app = login()
    const visited: string[] = []
    page.on('framenavigated', (frame) => visited.push(frame.url()))

    await page.goto(`${app.url}/login`)
    await page.getByLabel('Phone number or e-mail').fill('+1206')
    await page.getByRole('button', { name: 'Send code' }).click()
    expect(await said(page, '#to-error')).not.toBe('')
    expect(await page.getByLabel('Phone number or e-mail').inputValue()).toBe('+1206')
    await page.getByLabel('Phone number or e-mail').fill(phone)
    await page.getByRole('button', { name: 'Send code' }).click()
    await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
    const [first] = await app.inbox()
    expect(await said(page, '#enter .lead')).toContain(first?.text.match(/\(([A-Z]{2})\)|\b([A-Z]{2})\b/)?.[1] ?? '')
    expect(await page.locator('main input:visible').count()).toBe(1)

    await page.getByRole('button', { name: 'Send a new code' }).click()
    expect(await said(page, '#code-error')).not.toBe('')
    app.advance(60)
    await page.getByRole('button', { name: 'Send a new code' }).click()
    await expect.poll(async () => (await app.inbox()).length).toBe(2)
    expect(await said(page, '#code-error')).toBe('')

    await enter(page, wrong(await app.code()))
    expect(await said(page, '#code-error')).not.toBe('')
    expect(await said(page, '#code-hint')).toContain('4')
    await picture(page, 'login-without-scripts')
    await page.reload()
    expect(await said(page, '#code-error')).toBe('')
    await enter(page, await app.code())
    await page.waitForURL(`${app.url}/`)
    expect(await said(page, 'main')).toContain(phone)

    await page.getByRole('link', { name: 'Make a transfer' }).click()
    await fillInTransfer(page, app, '120.00')
    expect(await said(page, '#enter .facts')).toBe('PayeeAda Lovelace Amount120.00 EUR')
    await enter(page, wrong(await app.code()))
    expect(await said(page, '#code-error')).not.toBe('')
    await page.reload()
    await enter(page, await app.code())
    await page.getByRole('heading', { name: 'Send the money' }).waitFor()
    await page.getByRole('button', { name: 'Transfer now' }).click()
    await page.getByRole('heading', { name: 'Transfer approved' }).waitFor()
    expect(await said(page, '#done .facts')).toBe('PayeeAda Lovelace Amount120.00 EUR')
    await page.reload()
    await page.getByRole('heading', { name: 'Transfer money' }).waitFor()

    await page.goto(`${app.url}/`)
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByText('You are not logged in.').waitFor()
    for (const typed of ['1206', 'Ada', 'Lovelace', '120.00']) expect(visited.join(' ')).not.toContain(typed)
  })

  it('lets a person start again, and shows what was typed as text, whatever it is', async () => {
    const page = await open({ javaScriptEnabled: false, viewport: { width: 320, height: 720 } })
    const app = login()
    await page.goto(`${app.url}/login`)
    const evil = '"><script>alert(1)</script>'
    await page.getByLabel('Phone number or e-mail').fill(evil)
    await page.getByRole('button', { name: 'Send code' }).click()
    expect(await page.getByLabel('Phone number or e-mail').inputValue()).toBe(evil)
    expect(await page.content()).not.toContain('<script>alert')
    await page.getByLabel('Phone number or e-mail').fill(phone)
    await page.getByRole('button', { name: 'Send code' }).click()
    await page.getByRole('button', { name: 'Use another address' }).click()
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    await page.goto(`${app.url}/login`)
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    expect(await overflow(page)).toBe(0)
    expect(await paleTexts(page)).toEqual([])
  })
})
