import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium } from '../helpers/chromium.js'
import { buildPackage, type DemoProcess, startExample } from '../helpers/demo-process.js'
import { useBrowser } from './browse.js'
import { wrong } from './login-app.js'
import { broken, focused } from './reader.js'

const root = fileURLToPath(new URL('../../examples/react', import.meta.url))

describe.skipIf(!hasChromium)('the React example', () => {
  const open = useBrowser()
  let app: DemoProcess
  beforeAll(async () => {
    buildPackage()
    // What `npm install` does with `file:../..`; the rest is found further up.
    rmSync(`${root}/node_modules`, { recursive: true, force: true })
    mkdirSync(`${root}/node_modules`)
    symlinkSync('../../..', `${root}/node_modules/express-otp`)
    const { build } = await import('vite')
    // Strict mode mounts twice in React's development build alone.
    await build({ root, mode: 'development', logLevel: 'error', define: { 'process.env.NODE_ENV': '"development"' } })
    app = await startExample('react')
  }, 120_000)
  afterAll(async () => {
    await app?.stop()
    for (const made of ['dist', 'node_modules']) rmSync(`${root}/${made}`, { recursive: true, force: true })
  })

  /** Codes printed so far. */
  const codes = (): readonly string[] => [...app.output().matchAll(/^.*\b(\d{6})\b.*$/gm)].map(([, code = '']) => code)

  it('logs in with one message, though everything is mounted twice and clicked twice', async () => {
    const page = await open()
    const requests: string[] = []
    page.on('request', (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`))
    await page.goto(app.url)
    await page.getByLabel('E-mail').fill('nobody')
    await page.getByRole('button', { name: 'Send code' }).click()
    await expect.poll(() => page.getByRole('alert').textContent()).not.toBe('')
    expect(await page.getByLabel('E-mail').inputValue()).toBe('nobody')
    await page.getByLabel('E-mail').fill('ann@example.org')
    await page.getByRole('button', { name: 'Send code' }).dblclick()
    await expect.poll(() => focused(page)).toMatchObject({ role: 'textbox', name: 'Code' })
    expect(await broken(page)).toEqual([])
    const [code = ''] = codes()
    await page.keyboard.type(wrong(code))
    await expect.poll(() => focused(page)).toMatchObject({ name: 'Code', isInvalid: true })
    await page.getByRole('textbox').fill(code)
    await page.getByRole('heading', { name: 'You are logged in' }).waitFor()
    expect(await page.evaluate("fetch('/me').then((response) => response.json())")).toEqual({ user: 'ann@example.org' })
    expect(new Set(codes())).toHaveLength(1)
    expect(requests.filter((request) => request === 'POST /otp/send')).toHaveLength(2)
    expect(requests.filter((request) => request === 'POST /otp/verify')).toHaveLength(2)
    expect(requests.filter((request) => request === 'GET /otp/status')).toHaveLength(1)
  })
})
