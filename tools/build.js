// Builds src into dist. `--if-stale` leaves a fresh dist alone; `--prepare`, which `npm install` runs, also never fails the installation.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

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
  return [...sources, join(root, 'tsconfig.json'), join(root, 'tsconfig.build.json')].some((path) => statSync(path).mtimeMs > builtAt)
}

/**
 * Compiles into a folder aside and puts it in place only when that worked, so that nobody sees a dist that is half written.
 * @returns {boolean} whether it compiled; the compiler's complaints are printed
 */
export function build() {
  const aside = join(root, '.cache', `dist-${process.pid}`)
  const old = `${aside}-old`
  mkdirSync(join(root, '.cache'), { recursive: true })
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', aside], {
    cwd: root,
    stdio: 'inherit',
  })
  try {
    if (status !== 0) return false
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const preparing = process.argv.includes('--prepare')
  const skip = preparing ? !existsSync(compiler) || !isStale() : process.argv.includes('--if-stale') && !isStale()
  if (!skip && !build()) {
    console.error('express-otp: the build failed')
    process.exitCode = preparing ? 0 : 1
  }
}
