import { describe, expect, it } from 'vitest'
import { safePath } from '../../src/util/safe-path.js'

describe('safePath', () => {
  it.each(['/', '/transfer', '/a/b.html?x=1&y=//z#part', '/caf\u00e9', '/a//b', '/?next=https://example.org'])('T50 keeps %s', (path) => {
    const kept = safePath(path)
    expect(kept).toBeDefined()
    expect(new URL(kept ?? '', 'https://app.example').href).toBe(new URL(path, 'https://app.example').href)
  })

  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '\\\\evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/./\\evil.example',
    '/a/..//evil.example',
    '/a/..\\/evil.example',
    '/%2e//evil.example',
    '/%2E%2e//evil.example',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    'evil.example',
    '',
    '?a=b',
    '/\t/evil.example',
    '/\n/evil.example',
    '/a\r\nSet-Cookie: a=b',
    '/a\u0000',
    '/a\u007f',
    '/a\u0085',
    ' /a',
  ])('T50 refuses %j', (path) => {
    expect(safePath(path)).toBeUndefined()
  })

  it('T50 refuses a path of more than 2048 characters', () => {
    expect(safePath(`/${'a'.repeat(2047)}`)).toBeDefined()
    expect(safePath(`/${'a'.repeat(2048)}`)).toBeUndefined()
  })

  it.each([undefined, null, 1, true, ['/a'], { toString: () => '/a' }])('T50 refuses what is no string: %j', (path) => {
    expect(safePath(path)).toBeUndefined()
  })
})
