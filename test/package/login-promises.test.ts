import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../helpers/source-files.js'

it('T45 takes no Passport that keeps the id of a session at login: 0.6 is the oldest', () => {
  const { peerDependencies }: { peerDependencies: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(peerDependencies.passport).toBe('>=0.6')
})

it('T46 the guide says to renew CSRF secrets at login', () => {
  const guide = readFileSync(join(root, 'docs', 'guide', 'session-door.md'), 'utf8')
  expect(guide).toMatch(/CSRF secret: renew it at login/)
})
