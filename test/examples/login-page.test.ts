import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { hasChromium } from '../helpers/chromium.js'
import { askFor, codeError, fillIn, said, type, useBrowser } from './browse.js'
import { startLogin, useLogin, wrong } from './login-app.js'

const phone = '+12068800123'

/** Requests of the page to one route from now on. */
function posts(page: Page, path: string): readonly string[] {
  const seen: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && new URL(request.url()).pathname === path) seen.push(request.url())
  })
  return seen
}

describe.skipIf(!hasChromium)('the login page', () => {
  const open = useBrowser()
  const login = useLogin()

  it('T61 refuses a wrong code, logs in with the right one and out again, and leaves no code behind, started as the demo is', async () => {
    const demo = await startLogin()
    try {
      const page = await open()
      await askFor(page, demo.url, phone)
      const code = await demo.code()
      const bodies: Promise<string>[] = []
      page.on('response', (response) => {
        if (!response.url().includes('inbox')) bodies.push(response.text().catch(() => ''))
      })
      await type(page, wrong(code))
      expect(await codeError(page)).toBe('This code is not right. 4 attempts left.')
      await page.reload()
      await type(page, `${code.slice(0, 3)} ${code.slice(3)}`)
      await page.waitForURL(`${demo.url}/`)
      expect(await said(page, 'main')).toContain(phone)
      await page.getByRole('button', { name: 'Log out' }).click()
      await page.getByText('You are not logged in.').waitFor()
      const cookies = await page.context().cookies()
      for (const text of [demo.output(), JSON.stringify(cookies), ...(await Promise.all(bodies))]) expect(text).not.toContain(code)
    } finally {
      await demo.stop()
    }
  })

  it('tells what the field needs: label, hint, one-time-code, digits, and the focus is there', async () => {
    const page = await open()
    const app = login()
    await askFor(page, app.url, phone)
    const field = page.getByLabel('Code', { exact: true })
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code')
    expect(await field.getAttribute('inputmode')).toBe('numeric')
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('code')
    const described = (await field.getAttribute('aria-describedby')) ?? ''
    const hint = await Promise.all(described.split(' ').map((id) => page.locator(`#${id}`).textContent()))
    expect(hint.join('')).toBe('6 digits. 5 attempts left.')
    expect(await page.locator('main input:visible').count()).toBe(1)
  })

  it('shows where the code went, and the mark that the message carries', async () => {
    const page = await open()
    const app = login()
    await askFor(page, app.url, phone)
    const [message] = await app.inbox()
    const lead = await said(page, '#enter .lead')
    const mark = /marked (\w\w)/.exec(lead)?.[1] ?? '?'
    expect(lead).toContain('text message')
    expect(lead).not.toContain(phone)
    expect(lead).toContain('0123')
    expect(message?.text).toContain(mark)
  })

  it('takes a pasted code with blanks and dashes', async () => {
    const page = await open()
    const app = login()
    await askFor(page, app.url, phone)
    const code = await app.code()
    await page.getByLabel('Code', { exact: true }).focus()
    // The form is sent by itself as soon as the code is whole.
    const sent = page.waitForRequest('**/otp/verify')
    await page.keyboard.insertText(` ${code.slice(0, 3)}-${code.slice(3)} `)
    expect((await sent).postDataJSON()).toMatchObject({ code })
    await page.waitForURL(`${app.url}/`)
  })

  it('says what is wrong next to the field, and takes it back on the next key', async () => {
    const page = await open()
    const app = login()
    await page.goto(`${app.url}/login`)
    const field = page.getByLabel('Phone number or e-mail')
    const button = page.getByRole('button', { name: 'Send code' })
    await button.click()
    await expect.poll(() => page.locator('#to-error').textContent()).toBe('Type a phone number or an e-mail address.')
    await field.fill('12')
    await button.click()
    await expect.poll(() => page.locator('#to-error').textContent()).toContain('Not a complete')
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator('#to-error').getAttribute('role')).toBe('alert')
    await askFor(page, app.url, phone)
    await type(page, '12')
    expect(await codeError(page)).toBe('The code has 6 digits.')
    await page.keyboard.type('3')
    expect(await page.locator('#code-error').textContent()).toBe('')
    expect(await page.locator('#code').getAttribute('aria-invalid')).toBe(null)
  })

  it('sends one message for a double click', async () => {
    const page = await open()
    const app = login()
    await page.goto(`${app.url}/login`)
    await page.getByLabel('Phone number or e-mail').fill(phone)
    const sends = posts(page, '/otp/send')
    await page.getByRole('button', { name: 'Send code' }).dblclick()
    await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
    expect(sends).toHaveLength(1)
    expect(await app.inbox()).toHaveLength(1)
  })

  it('checks a whole code once by itself, and no second time for a click, a double click or Enter', async () => {
    const page = await open()
    const app = login()
    await askFor(page, app.url, phone)
    const checks = posts(page, '/otp/verify')
    await page.getByLabel('Code', { exact: true }).fill(wrong(await app.code()))
    expect(await codeError(page)).toBe('This code is not right. 4 attempts left.')
    await page.getByRole('button', { name: 'Log in' }).dblclick()
    await page.keyboard.press('Enter')
    await page.getByLabel('Code', { exact: true }).press('Enter')
    expect(await codeError(page)).toBe('This code is not right. 4 attempts left.')
    expect(checks).toHaveLength(1)
  })

  it('forgets the code when another address is wanted', async () => {
    const page = await open()
    const app = login()
    await askFor(page, app.url, phone)
    await page.getByRole('button', { name: 'Use another address' }).click()
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    await askFor(page, app.url, 'ada@example.com')
    expect(await said(page, '#enter .lead')).toContain('e-mail')
    await type(page, await app.code())
    await page.waitForURL(`${app.url}/`)
  })

  it('T50 goes back to a page of this site after the login, and to no other', async () => {
    const app = login()
    const cases = Object.entries({
      '/transfer': '/transfer',
      '//evil.example': '/',
      '/\\evil.example': '/',
      'https://evil.example': '/',
      '/\t/evil.example': '/',
    })
    for (const [index, [returnTo, path]] of cases.entries()) {
      const page = await open()
      await page.goto(`${app.url}/login?returnTo=${encodeURIComponent(returnTo)}`)
      await fillIn(page, `someone@${index}.example`)
      await type(page, await app.code())
      await page.waitForURL((url) => url.pathname !== '/login')
      expect(page.url()).toBe(app.url + path)
    }
  })
})
