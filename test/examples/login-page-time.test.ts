import { describe, expect, it } from 'vitest'
import { hasChromium } from '../helpers/chromium.js'
import { askFor, codeError, said, type, useBrowser } from './browse.js'
import { useLogin, wrong } from './login-app.js'

const phone = '+12068800123'

describe.skipIf(!hasChromium)('time on the login page', () => {
  const open = useBrowser()
  const login = useLogin()

  it('sends again after the pause, and only the new code works then', async () => {
    const page = await open()
    const app = login()
    await askFor(page, app.url, phone)
    const first = await app.code()
    const resend = page.locator('#resend')
    expect(await resend.textContent()).toBe('New code in 0:30')
    expect(await resend.isDisabled()).toBe(true)
    app.advance(30)
    await page.clock.runFor(30_000)
    expect(await resend.textContent()).toBe('Send a new code')
    await resend.click()
    await expect.poll(async () => (await app.inbox()).length).toBe(2)
    await expect.poll(() => page.locator('#timer').textContent()).toBe('Expires in 5:00')
    const second = await app.code()
    if (first !== second) {
      await type(page, first)
      expect(await codeError(page)).toContain('This code is not right.')
    }
    await type(page, second)
    await page.waitForURL(`${app.url}/`)
  })

  it('counts down anew where the server says that it is too early', async () => {
    const page = await open()
    const app = login()
    await askFor(page, app.url, phone)
    await page.clock.runFor(30_000)
    await page.locator('#resend').click()
    expect(await codeError(page)).toBe('Too many requests for now. Try again in 30 seconds.')
    expect(await page.locator('#resend').textContent()).toBe('New code in 0:30')
    expect(await page.locator('#resend').isDisabled()).toBe(true)
    await type(page, await app.code())
    await page.waitForURL(`${app.url}/`)
  })

  it('offers a new code when the old one has expired before its eyes', async () => {
    const page = await open()
    const app = login()
    await askFor(page, app.url, phone)
    const first = await app.code()
    app.advance(300)
    await page.clock.runFor(300_000)
    expect(await codeError(page)).toBe('This code has expired. Send a new one.')
    expect(await page.getByLabel('Code', { exact: true }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Send a new code' }).click()
    await expect.poll(async () => (await app.inbox()).length).toBe(2)
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('code')
    await type(page, (await app.code()) === first ? first : await app.code())
    await page.waitForURL(`${app.url}/`)
  })

  it('offers a new code when the server says that the old one has expired', async () => {
    const page = await open()
    const app = login()
    await askFor(page, app.url, phone)
    app.advance(301)
    await type(page, await app.code())
    expect(await codeError(page)).toMatch(/Send a new one\.$/)
    expect(await page.locator('#code-button').isDisabled()).toBe(true)
  })

  it('offers a new code after too many wrong ones', async () => {
    const page = await open()
    const app = login()
    await askFor(page, app.url, phone)
    const right = await app.code()
    const bad = ['000000', '111111', '222222', '333333', '444444', '555555'].filter((code) => code !== right)
    for (const left of ['4 attempts left', '3 attempts left', '2 attempts left', 'One attempt left', 'Too many wrong codes']) {
      await type(page, bad.pop() ?? '')
      await expect.poll(() => page.locator('#code-error').textContent()).toContain(left)
    }
    app.advance(60)
    await page.clock.runFor(60_000)
    await page.getByRole('button', { name: 'Send a new code' }).click()
    await expect.poll(async () => (await app.inbox()).length).toBe(2)
    await type(page, await app.code())
    await page.waitForURL(`${app.url}/`)
  })

  it('goes on where it was after a reload', async () => {
    const page = await open()
    const app = login()
    await askFor(page, app.url, phone)
    await type(page, wrong(await app.code()))
    await codeError(page)
    const lead = await said(page, '#enter .lead')
    app.advance(60)
    await page.reload()
    await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
    expect(await said(page, '#enter .lead')).toBe(lead)
    expect(await page.locator('#code-hint').textContent()).toBe('6 digits. 4 attempts left.')
    expect(await page.locator('#timer').textContent()).toBe('Expires in 4:00')
    await type(page, await app.code())
    await page.waitForURL(`${app.url}/`)
  })
})
