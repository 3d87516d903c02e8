import { afterEach, describe, expect, it, vi } from 'vitest'
import { hasChromium } from '../helpers/chromium.js'
import { overflow, paleTexts, picture, said, useBrowser } from './browse.js'
import { httpClient } from './http-client.js'
import { useLogin, wrong } from './login-app.js'
import { serveOperator } from './operator-app.js'

const ann = '+12068800123'
// The server tells at most once a second, and machines are busy.
const within = { timeout: 10_000 }

/** People of three countries, some who never type their code, one who is impatient, and one mailbox. `pause` comes after each. */
async function someTraffic(url: string, pause: () => void = () => undefined): Promise<void> {
  const codes = async (): Promise<readonly { to: string; code: string }[]> => JSON.parse((await httpClient(url).get('/inbox.json')).text)
  const numbers = [ann, '+12068800124', '+12068800125', '+4915112345678', '+4915112345679', '+33612345678', 'ada@example.com']
  for (const [index, to] of numbers.entries()) {
    const client = httpClient(url)
    await client.post('/otp/send', { to })
    const [{ code } = { code: '' }] = await codes()
    pause()
    if (index === 2 || index === 4) continue
    await client.post('/otp/verify', { code: wrong(code) })
    await client.post('/otp/verify', { code })
  }
  for (let index = 0; index < 3; index += 1) await httpClient(url).post('/otp/send', { to: '+12068800125' })
}

describe.skipIf(!hasChromium)("the operator's page", () => {
  const open = useBrowser()
  const login = useLogin()
  afterEach(() => {
    vi.useRealTimers()
  })

  it('shows what happens without being reloaded', async () => {
    const page = await open()
    const { url } = login()
    await page.goto(`${url}/operator`)
    await expect.poll(() => said(page, '#live'), within).toBe('Live')
    await page.getByText('Nothing has happened.').waitFor()
    const total = (name: string): Promise<string> => said(page, `[data-count=${name}] strong`)
    expect(await total('issued')).toBe('0')
    await someTraffic(url)
    await expect.poll(() => total('refused'), within).toBe('3')
    expect(await Promise.all(['issued', 'sent', 'verified', 'wrong'].map(total))).toEqual(['7', '7', '5', '5'])
    expect(await said(page, '[data-count=issued] title')).toBe('7 in the last hour')
    expect(await said(page, '#rules li')).toBe('Too soon after the last send 3')
    const places = await page.locator('#places li').allInnerTexts()
    expect(places.map((text) => text.replace(/\s+/g, ' ').trim())).toEqual([
      '+1 United States and others 2 of 3, 67%',
      '+49 Germany 1 of 2, 50%',
      '+33 France 1 of 1, 100%',
      'e-mail 1 of 1, 100%',
    ])
    expect(await said(page, '#spends li')).toContain('Spent in a day')
    expect(await said(page, '#events li:first-child')).toContain('send refused +1206\u2022\u2022\u20220125 cooldown')
    expect(await page.getByText('Nothing has happened.').isVisible()).toBe(false)
    expect(await page.content()).not.toContain(ann)
  })

  it('says so where the connection is lost, and goes on by itself', async () => {
    const page = await open()
    const { url } = login()
    let isAway = true
    await page.route('**/operator/events', (route) => (isAway ? route.fulfill({ status: 503 }) : route.continue()))
    await page.goto(`${url}/operator`)
    await expect.poll(() => said(page, '#live'), within).toBe('No connection, trying again')
    isAway = false
    await page.clock.runFor(5000)
    await expect.poll(() => said(page, '#live'), within).toBe('Live')
  })

  it.each(['light', 'dark'] as const)('has enough contrast in %s colors, and fits a phone of 320 px', async (colorScheme) => {
    // Only the date: what waits goes on waiting in real time.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 5, 12) })
    const page = await open({ colorScheme, viewport: { width: 1000, height: 1080 }, timezoneId: 'UTC' })
    const { url } = await serveOperator({ clock: { now: () => Date.now() }, spendCap: { perHour: '1.00', perDay: '5.00' } })
    const pause = (): void => {
      vi.setSystemTime(Date.now() + 190_000)
    }
    await page.goto(`${url}/operator`)
    await someTraffic(url, pause)
    pause()
    await someTraffic(url, pause)
    await expect.poll(() => said(page, '[data-count=refused] strong'), within).toBe('5')
    expect(await paleTexts(page)).toEqual([])
    await picture(page, `operator-${colorScheme}`)
    await page.setViewportSize({ width: 320, height: 720 })
    expect(await overflow(page)).toBe(0)
    if (colorScheme === 'dark') await picture(page, 'operator-phone')
  })
})
