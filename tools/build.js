// Builds src into dist. `--if-stale` leaves a fresh dist alone; `--prepare`, which `npm install` runs, also never fails the installation.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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
  return [...sources, join(root, 'tsconfig.json'), join(root, 'tsconfig.build.json'), join(root, 'package.json')].some(
    (path) => statSync(path).mtimeMs > builtAt,
  )
}

/**
 * Compiles into a folder aside and puts it in place only when that worked, so that nobody sees a dist that is half written.
 * @returns {boolean} whether it compiled; the compiler's complaints are printed
 */
export function build() {
  const aside = join(root, '.cache', `dist-${process.pid}`)
  const old = `${aside}-old`
  mkdirSync(join(root, '.cache'), { recursive: true })
  // Comments are for people: they stay in the declarations, which editors show, and leave the code, which nobody reads.
  const passes = [['--emitDeclarationOnly'], ['--declaration', 'false', '--isolatedDeclarations', 'false', '--removeComments']]
  try {
    if (!passes.every((flags) => compile(aside, flags))) return false
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    for (const path of hiddenDeclarations(aside, exports)) rmSync(path)
    // The compiler leaves what is not TypeScript behind.
    for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.json')) cpSync(join(root, 'src', name), join(aside, name))
    }
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(aside, dist)
    return true
  } finally {
    rmSync(aside, { recursive: true, force: true })
    rmSync(old, { recursive: true, force: true })
  }
}

/**
 * @param {string} folder
 * @param {readonly string[]} flags
 * @returns {boolean}
 */
function compile(folder, flags) {
  const args = [compiler, '-p', 'tsconfig.build.json', '--outDir', folder, ...flags]
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const preparing = process.argv.includes('--prepare')
  const skip = preparing ? !existsSync(compiler) || !isStale() : process.argv.includes('--if-stale') && !isStale()
  if (!skip && !build()) {
    console.error('express-otp: the build failed')
    process.exitCode = preparing ? 0 : 1
  }
}
