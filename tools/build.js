// Builds src into dist. `--if-stale` leaves a fresh dist alone; `--prepare`, which `npm install` runs, also never fails the installation.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.js'
import { hiddenDeclarations } from './hidden-declarations.js'

/** Root folder of the project. */
export const root = fileURLToPath(new URL('..', import.meta.url))

const dist = join(root, 'dist')
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

/**
 * True where dist is missing or older than what it is built from.
 * @returns {boolean}
 */
export function isStale() {
  const built = join(dist, 'index.js')
  if (!existsSync(built)) return true
  const builtAt = statSync(built).mtimeMs
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((name) => join(root, 'src', name))
  const means = ['tsconfig.json', 'tsconfig.build.json', 'package.json', 'tools/build.js', 'tools/bundle.js'].map((name) =>
    join(root, name),
  )
  return [...sources, ...means].some((path) => statSync(path).mtimeMs > builtAt)
}

/**
 * Builds into a folder aside and puts it in place only when that worked, so that nobody sees a dist that is half written.
 * @returns {Promise<boolean>} whether it worked; complaints are printed
 */
export async function build() {
  const aside = join(root, '.cache', `dist-${process.pid}`)
  const old = `${aside}-old`
  mkdirSync(join(root, '.cache'), { recursive: true })
  try {
    // The compiler checks the types and writes the declarations, with their comments.
    const args = [compiler, '-p', 'tsconfig.build.json', '--outDir', aside, '--emitDeclarationOnly']
    if (spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status !== 0) return false
    const { bin, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    for (const path of hiddenDeclarations(aside, exports)) rmSync(path)
    await bundle(root, aside, exports, bin)
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(aside, dist)
    return true
  } catch (err) {
    console.error(err)
    return false
  } finally {
    rmSync(aside, { recursive: true, force: true })
    rmSync(old, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const preparing = process.argv.includes('--prepare')
  const skip = preparing ? !existsSync(compiler) || !isStale() : process.argv.includes('--if-stale') && !isStale()
  if (!skip && !(await build())) {
    console.error('express-otp: the build failed')
    process.exitCode = preparing ? 0 : 1
  }
}
