import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

/** Rules of axe-core that a page breaks, targets of fingers (WCAG 2.2, 2.5.8) among them. The page's time runs from then on. */
export async function broken(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  // It waits for timers.
  await page.clock.resume()
  return await page.evaluate(`axe.run({ rules: { 'target-size': { enabled: true } } }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`)
}

/** What a screen reader has of the element with the focus, by Chromium's own tree. */
export interface Focused {
  readonly role: string
  readonly name: string
  readonly description: string
  readonly isInvalid: boolean
}

/** The element with the focus, as a screen reader has it; fails unless there is just one. */
export async function focused(page: Page): Promise<Focused> {
  const session = await page.context().newCDPSession(page)
  try {
    const { nodes } = await session.send('Accessibility.getFullAXTree')
    const property = (node: (typeof nodes)[number], name: string): unknown => node.properties?.find((one) => one.name === name)?.value.value
    const [node, ...others] = nodes.filter((one) => property(one, 'focused') === true && one.role?.value !== 'RootWebArea')
    if (node === undefined || others.length > 0) throw new Error(`${others.length + (node ? 1 : 0)} elements have the focus`)
    return {
      role: String(node.role?.value),
      name: String(node.name?.value ?? ''),
      description: String(node.description?.value ?? ''),
      isInvalid: property(node, 'invalid') === 'true',
    }
  } finally {
    await session.detach()
  }
}

const listener = `{
  const heard = (globalThis.heard = [])
  const live = '[role=alert],[role=status],[aria-live]'
  new MutationObserver((records) => {
    const regions = new Set(records.map(({ target }) => (target instanceof Element ? target : target.parentElement)?.closest(live)))
    for (const region of regions) if (region?.checkVisibility() && region.textContent.trim() !== '') heard.push(region.textContent.trim())
  }).observe(document, { subtree: true, childList: true, characterData: true })
}`

/** What live regions say from the next page on. Each call tells the news since the call before. */
export async function listen(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.addInitScript(listener)
  return () => page.evaluate('heard.splice(0)')
}
