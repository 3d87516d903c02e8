// Builds the documentation site from docs into .cache/site: the API reference by TypeDoc, then everything by VitePress. Fails on a
// dead link. `--dev` serves it and shows each change of a page at once.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './build.js'

const docs = join(root, 'docs')

// A package of its own, so that nobody who works on the library has to install it.
if (!existsSync(join(docs, 'node_modules'))) run('npm', ['install', '--no-save', '--no-audit', '--no-fund'])
run(process.execPath, ['.vitepress/reference.js'])
run(process.execPath, ['node_modules/vitepress/bin/vitepress.js', process.argv.includes('--dev') ? 'dev' : 'build'])

/**
 * @param {string} program
 * @param {readonly string[]} args
 */
function run(program, args) {
  const { status } = spawnSync(program, args, { cwd: docs, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
