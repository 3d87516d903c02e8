import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { onCpu } from './cpus.js'
import { loadedTarget, stopLoaded } from './duel.js'
import { sendTo } from './load.js'
import { type Spread, spread } from './numbers.js'
import type { Target } from './targets.js'

/** Milliseconds that an import takes in a fresh process, for each of so many. */
export function importTime(modules: readonly string[], folder: string, times: number): Spread {
  const imports = modules.map((name) => `await import(${JSON.stringify(name)})`).join('\n')
  const script = `const start = performance.now()\n${imports}\nconsole.log(performance.now() - start)`
  const [program, args] = onCpu(0, process.execPath, ['--input-type=module', '-e', script])
  return spread(
    Array.from({ length: times }, () => {
      const { status, stderr, stdout } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
      return Number(stdout)
    }),
  )
}

/** Bytes of heap that a pending challenge takes with its session and all its counters. */
export async function heapBytesOf(target: Target, challenges: number): Promise<number> {
  const loaded = await loadedTarget(target, { redisUrl: '', connections: 20, collects: true, maxEntries: 2 * challenges })
  try {
    await sendTo(loaded, 2000)
    const before = await loaded.running.heap()
    await sendTo(loaded, challenges)
    return Math.round(((await loaded.running.heap()) - before) / challenges)
  } finally {
    await stopLoaded(loaded)
  }
}

/** What an installation holds. */
export interface Installed {
  readonly packages: number
  readonly bytes: number
}

/** A package with everything that it depends on, without optional peers, as npm put it there. */
export function installed(folder: string, ownBytes?: number): Installed {
  const sizes = new Map<string, number>()
  const visit = (place: string, bytes: number): void => {
    if (sizes.has(place)) return
    sizes.set(place, bytes)
    const { dependencies = {} }: { readonly dependencies?: Readonly<Record<string, string>> } = JSON.parse(
      readFileSync(join(place, 'package.json'), 'utf8'),
    )
    for (const name of Object.keys(dependencies)) {
      const found = folderOf(name, place)
      if (found !== undefined) visit(found, bytesOf(found))
    }
  }
  visit(resolve(folder), ownBytes ?? bytesOf(folder))
  return { packages: sizes.size, bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) }
}

function folderOf(name: string, from: string): string | undefined {
  const place = join(from, 'node_modules', name)
  if (existsSync(place)) return place
  return dirname(from) === from ? undefined : folderOf(name, dirname(from))
}

/** Bytes of a package's files, without the packages inside of it. */
function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .reduce((sum, entry) => {
      const path = join(folder, entry.name)
      return sum + (entry.isDirectory() ? bytesOf(path) : lstatSync(path).size)
    }, 0)
}

/** Bytes of the package as published, packed and unpacked. */
export function packed(): { readonly packed: number; readonly unpacked: number } {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' })
  const [{ size, unpackedSize }] = JSON.parse(stdout) as [{ size: number; unpackedSize: number }]
  return { packed: size, unpacked: unpackedSize }
}
