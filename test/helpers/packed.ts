import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { root } from './source-files.js'

/** The package as npm would publish it. */
export interface Packed {
  /** Bytes of the tarball. */
  readonly size: number
  /** Paths in it, relative to the package. */
  readonly files: readonly string[]
  /** Folder of the unpacked package. */
  readonly dir: string
  /** A project of its own that has the package and these others installed, and these files. `aside as name` installs what stands here under another name. */
  project(packages: readonly string[], files: Readonly<Record<string, string>>): string
  remove(): void
}

/** Builds if needed, then packs and unpacks. No network. */
function packPackage(): Packed {
  execFileSync(process.execPath, ['tools/build.js', '--if-stale'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  const work = mkdtempSync(join(tmpdir(), 'express-otp-packed-'))
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', work]
  const answer = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const [tarball]: [{ filename: string; size: number; files: { path: string }[] }] = JSON.parse(answer)
  execFileSync('tar', ['-xzf', join(work, tarball.filename), '-C', work])
  const dir = join(work, 'package')
  let count = 0
  return {
    size: tarball.size,
    files: tarball.files.map(({ path }) => path),
    dir,
    project: (packages, files) => {
      const project = join(work, `project-${++count}`)
      const modules = join(project, 'node_modules')
      for (const one of packages) {
        const [aside = '', name = aside] = one.split(' as ')
        mkdirSync(dirname(join(modules, name)), { recursive: true })
        symlinkSync(join(root, 'node_modules', aside), join(modules, name))
      }
      cpSync(dir, join(modules, 'express-otp'), { recursive: true })
      for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text)
      return project
    },
    remove: () => rmSync(work, { recursive: true, force: true }),
  }
}

/** The packed package for the tests around this call, removed behind them; call what it returns within them. */
export function usePacked(): () => Packed {
  let packed: Packed | undefined
  beforeAll(() => {
    packed = packPackage()
  })
  afterAll(() => packed?.remove())
  return () => {
    if (packed === undefined) throw new Error('not within a test')
    return packed
  }
}
