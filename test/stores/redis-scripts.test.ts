import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/core/law/default-limits.js'
import { LIMIT_ORDER } from '../../src/stores/redis-lua-limits.js'
import { script } from '../../src/stores/redis-script.js'
import * as scripts from '../../src/stores/redis-scripts.js'
import * as delegated from '../../src/stores/redis-scripts-delegated.js'
import * as labels from '../../src/stores/redis-scripts-labels.js'
import * as spread from '../../src/stores/redis-scripts-spread.js'

const ALL = Object.entries({ ...scripts, ...delegated, ...labels, ...spread })

describe('the scripts', () => {
  it('know every limit', () => {
    expect([...LIMIT_ORDER].sort()).toEqual(Object.keys(DEFAULT_LIMITS).sort())
  })

  it.each(ALL)('%s names no field and no limit that it is not sent', (_, { text }) => {
    expect(text).not.toContain('$')
    expect(text).not.toContain('limit(0)')
  })

  it.each(ALL)('%s leaves no word in capitals that is not Redis its own', (_, { text }) => {
    const code = text.replace(/^\s*--.*$/gm, '')
    expect(new Set(code.match(/\b[A-Z]{2,}[A-Z_]*\b/g))).toEqual(new Set(code.match(/\b(KEYS|ARGV|TIME|GET|SET|DEL|PX)\b/g)))
  })

  it('put fields, limits and positions in the place of their names', () => {
    const { text } = script(['tail', 'user'], 'return {$user, $pauseSeconds, record[SENDS]}')
    expect(text).toMatch(/return \{request\[2\], limit\(9\), record\[4\]\}$/)
  })

  it('T55 are known to the server by the SHA-1 of their text', () => {
    for (const [, one] of ALL) expect(one.sha()).toBe(createHash('sha1').update(one.text).digest('hex'))
  })
})
