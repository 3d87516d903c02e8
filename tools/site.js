// Builds the documentation site from docs into .cache/site: the API reference by TypeDoc, then everything by VitePress. Fails on a
// link that leads nowhere. `--dev` serves it and shows each change of a page at once.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './build.js'
import { brokenLinks } from './site-links.js'

const docs = join(root, 'docs')
const lock = join(docs, 'package-lock.json')
/** A copy of the lock file that was installed from. */
const installed = join(docs, 'node_modules', '.installed.json')

// A package of its own, so that nobody who works on the library has to install it.
if (!existsSync(installed) || readFileSync(installed, 'utf8') !== readFileSync(lock, 'utf8')) {
  run('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'])
  copyFileSync(lock, installed)
}
run(process.execPath, ['.vitepress/reference.js'])
const isServed = process.argv.includes('--dev')
run(process.execPath, ['node_modules/vitepress/bin/vitepress.js', isServed ? 'dev' : 'build'])
if (!isServed) {
  const broken = brokenLinks(join(root, '.cache', 'site'))
  for (const link of broken) console.error(`express-otp: there is nothing at ${link}`)
  if (broken.length > 0) process.exit(1)
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 */
function run(program, args) {
  const { status } = spawnSync(program, args, { cwd: docs, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
