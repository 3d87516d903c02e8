import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { root } from '../helpers/source-files.js'

it('docs/threats.md, the titles of the tests and the comments in src name the same rows', () => {
  const { stderr } = spawnSync(process.execPath, ['tools/threat-table.js', '--check'], { cwd: root, encoding: 'utf8' })
  expect(stderr).toBe('')
})
