// `npm run demo` and `npm run demo:api`: builds what is missing or older than src, then runs an example in this process.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, isStale, root } from './build.js'

const name = process.argv[2] ?? 'login'
const server = join(root, 'examples', name, 'server.js')
if (!existsSync(server)) fail(`there is no example ${name}`)
if (isStale() && !(await build())) fail('the build failed')
await import(pathToFileURL(server).href)

/**
 * @param {string} why
 * @returns {never}
 */
function fail(why) {
  console.error(`express-otp: ${why}`)
  process.exit(1)
}
