import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const tool: string = new URL('../../tools/site-links.js', import.meta.url).href
const site = mkdtempSync(join(tmpdir(), 'express-otp-site-'))

describe('the links of the site', () => {
  beforeAll(() => {
    mkdirSync(join(site, 'guide'))
    writeFileSync(join(site, 'data.json'), '{}')
    writeFileSync(join(site, 'index.html'), '<h2 id="here">x</h2><script>"<a href=\\"none\\">"</script>')
  })
  afterAll(() => rmSync(site, { recursive: true }))

  async function brokenIn(html: string): Promise<readonly string[]> {
    writeFileSync(join(site, 'guide', 'page.html'), html)
    return ((await import(tool)) as { readonly brokenLinks: (folder: string) => readonly string[] }).brokenLinks(site)
  }

  it('lead to pages, anchors and files', async () => {
    const html = ['/', '/#here', '../index.html#here', 'page', '#own', '../data.json', 'https://example.com/none', 'mailto:a@b.example']
    expect(await brokenIn(`<p id="own"></p>${html.map((link) => `<a class="x" href="${link}">x</a>`).join('')}`)).toEqual([])
  })

  it('are told with their page where they lead nowhere', async () => {
    const html = ['/none', '/#none', '#none', '../../outside.json', '/guide'].map((link) => `<a href="${link}">x</a>`).join('')
    expect(await brokenIn(`${html}<img src="/none.png">`)).toEqual(
      ['/none', '/#none', '#none', '../../outside.json', '/guide', '/none.png'].map((link) => `guide/page.html: ${link}`),
    )
  })
})
