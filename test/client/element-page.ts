import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from '../helpers/source-files.js'

/** Where the pages of these tests are said to be: a browser trusts that address as it does HTTPS. */
export const ORIGIN = 'http://localhost:9'

/** As strict as a page may be: nothing inline, no markup from strings. */
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'"

let built = ''

/** The module as it is published. */
function clientModule(): string {
  if (built === '') {
    execFileSync(process.execPath, ['tools/build.js', '--if-stale'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    built = readFileSync(join(root, 'dist', 'client', 'index.js'), 'utf8')
  }
  return built
}

/** Shows a page with this body and the element defined; `/otp/config` says what `config` does. Nothing leaves the browser. */
export async function show(
  page: Page,
  body: string,
  config: object = { codeLength: 6, alphabet: 'digits', channels: ['sms'] },
): Promise<void> {
  const kit = clientModule()
  const script = "import { defineOneTimeCode } from '/kit.js'\ndefineOneTimeCode()\n"
  const head = '<!doctype html><html lang="en"><title>A page</title><script type="module" src="/page.js"></script>'
  await page.route('**/*', async (route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname === '/otp/config') return route.fulfill({ json: { channels: ['sms'], intents: { login: config } } })
    if (pathname === '/kit.js') return route.fulfill({ contentType: 'text/javascript', body: kit })
    if (pathname === '/page.js') return route.fulfill({ contentType: 'text/javascript', body: script })
    const content = pathname === '/' ? `${head}<main>${body}</main>` : '<!doctype html><html lang="en"><title>Sent</title>'
    return route.fulfill({ contentType: 'text/html; charset=utf-8', headers: { 'Content-Security-Policy': POLICY }, body: content })
  })
  await page.goto(`${ORIGIN}/`)
}

/** Pastes into the field that has the focus. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', pasted)
    let target: Element | null | undefined = document.activeElement
    while (target?.shadowRoot?.activeElement) target = target.shadowRoot.activeElement
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, composed: true, cancelable: true })
    if (target?.dispatchEvent(event)) document.execCommand('insertText', false, pasted)
  }, text)
}

/** Codes that the page was told of, and how often its form was submitted, from now on; forms stay where they are. */
export async function watch(page: Page): Promise<() => Promise<{ codes: string[]; submits: number }>> {
  await page.evaluate(() => {
    const seen = { codes: [] as string[], submits: 0 }
    Reflect.set(globalThis, 'seen', seen)
    document.addEventListener('complete', (event) => {
      if (event instanceof CustomEvent) seen.codes.push(event.detail.code)
    })
    document.addEventListener('submit', (event) => {
      event.preventDefault()
      seen.submits += 1
    })
  })
  return () => page.evaluate(() => Reflect.get(globalThis, 'seen') as { codes: string[]; submits: number })
}
