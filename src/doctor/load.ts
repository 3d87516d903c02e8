import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fieldsOf, type Package } from './subject.js'

/** A file of the application, loaded. */
export interface Loaded {
  readonly exported: Readonly<Record<string, unknown>>
  /** Its text. */
  readonly source: string
  /** Loads a package as that file would; `undefined` where it is not installed. */
  load(name: string): Promise<unknown>
  /** Version of a package as that file would find it. */
  versionOf(name: string): string | undefined
}

/** Imports a file of the application; rejects as the file does. */
export async function loadFile(path: string): Promise<Loaded> {
  const file = resolve(path)
  const source = readFileSync(file, 'utf8')
  const module: unknown = await import(pathToFileURL(file).href)
  return { ...around(file), exported: Object.fromEntries(Object.entries(Object(module))), source }
}

/** The same without the file itself: for one that refuses to be loaded. */
export function around(path: string): Omit<Loaded, 'exported' | 'source'> {
  const require = createRequire(resolve(path))
  return {
    async load(name) {
      try {
        return await import(pathToFileURL(require.resolve(name)).href)
      } catch {
        return undefined
      }
    },
    versionOf(name) {
      // Not by `require.resolve`, because a package need not export its package.json.
      const manifest = (require.resolve.paths(name) ?? []).map((folder) => `${folder}/${name}/package.json`).find(existsSync)
      return manifest === undefined ? undefined : String(Reflect.get(JSON.parse(readFileSync(manifest, 'utf8')), 'version'))
    },
  }
}

/** The packages that ours works with, as its `package.json` names them, and what of them the application has. */
export function packagesAround({ versionOf }: Pick<Loaded, 'versionOf'>): readonly Package[] {
  const manifest = fieldsOf(createRequire(import.meta.url)('express-otp/package.json'))
  const optional = fieldsOf(manifest.peerDependenciesMeta)
  return Object.entries(fieldsOf(manifest.peerDependencies)).map(([name, range]) => ({
    name,
    range: String(range),
    required: !(name in optional),
    version: versionOf(name),
  }))
}
