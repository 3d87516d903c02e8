// What `npm pack` would publish, and what of the sources nobody uses. Findings that are accepted stand here, each with its reason.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './build.js'

const checks = [
  { name: 'publint', args: ['publint', '--strict'] },
  {
    name: 'are the types wrong',
    // The profile accepts two findings by design. "node10": that resolver knows no "exports", and Node 10 cannot run this package.
    // "CJS resolves to ESM": require() of ESM works from Node 20.19 on, the oldest that "engines" allows.
    args: ['attw', '--pack', '.', '--profile', 'esm-only'],
  },
  // The build's tsconfig tells knip which source each file of dist comes from. Its own exceptions, in knip.json: programs of Debian,
  // packages that are run by name here or loaded in a process of their own, and an address that a server answers to.
  { name: 'knip', args: ['knip', '--tsConfig', 'tsconfig.build.json'] },
]

const failed = checks.filter(({ name, args: [program = '', ...args] }) => {
  const options = /** @type {const} */ ({ cwd: root, encoding: 'utf8', input: '' })
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', program), args, options)
  console.log(`${status === 0 ? 'ok' : 'failed'}: ${name}`)
  if (status !== 0) console.log(stdout, stderr)
  return status !== 0
})
process.exitCode = failed.length > 0 ? 1 : 0
