// `npm run bench` and its like: builds what is missing or older than src, compiles bench aside, then runs one of its programs in this process.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, isStale, root } from './build.js'

const name = process.argv[2] ?? ''
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
if (isStale() && !(await build())) fail('the build failed')
if (spawnSync(process.execPath, [compiler, '-p', join(root, 'bench')], { stdio: 'inherit' }).status !== 0) fail('bench does not compile')
process.chdir(root)
await import(pathToFileURL(join(root, '.cache', 'bench', 'bench', name, 'main.js')).href)

/**
 * @param {string} why
 * @returns {never}
 */
function fail(why) {
  console.error(`express-otp: ${why}`)
  process.exit(1)
}
