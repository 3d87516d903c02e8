import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LOCALES } from '../../src/channels/messages/locales.js'
import { root } from '../helpers/source-files.js'

interface Tool {
  readonly page: string
  renderMessages(): string
}

// The tools are JavaScript without declarations, and are checked by a configuration of their own.
const tool: string = new URL('../../tools/render-messages.js', import.meta.url).href
const { page, renderMessages }: Tool = await import(tool)

describe('the page of messages', () => {
  const written = renderMessages()

  it('is up to date: `node tools/render-messages.js` writes it', () => {
    expect(readFileSync(join(root, page), 'utf8')).toBe(written)
  })

  it('T34 shows every language on every channel, and no SMS over two segments', () => {
    expect(written.match(/<section id="[^"]+"/g)).toEqual(LOCALES.map((name) => `<section id="${name}"`))
    for (const channel of ['sms', 'call', 'whatsapp', 'email']) {
      expect(written.split(`<h3>${channel} `).length + written.split(`<h3>${channel}<`).length - 2).toBeGreaterThanOrEqual(LOCALES.length)
    }
    const parts = [...written.matchAll(/(\d+) \((?:GSM-7|UCS-2), \d+\)/g)].map(([, count]) => Number(count))
    expect(parts.length).toBeGreaterThanOrEqual(LOCALES.length * 5)
    expect(Math.max(...parts)).toBeLessThanOrEqual(2)
  })
})
