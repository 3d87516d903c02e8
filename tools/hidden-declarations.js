import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Declarations of a built folder that no entry of the package leads to: nobody outside can name what they declare, so they would be weight alone.
 * @param {string} folder
 * @param {Record<string, string | { types?: string }>} exported the `exports` of package.json
 * @returns {readonly string[]} paths
 */
export function hiddenDeclarations(folder, exported) {
  const entries = Object.values(exported).flatMap((entry) => (typeof entry === 'string' || entry.types === undefined ? [] : [entry.types]))
  const reached = new Set()
  const waiting = entries.map((path) => join(folder, path.replace(/^\.\/dist\//, '')))
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    for (const [, named] of readFileSync(path, 'utf8').matchAll(/(?:from|import) ?\(?'(\.[^']+)\.js'/g)) {
      waiting.push(join(dirname(path), `${named}.d.ts`))
    }
  }
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts'))
  return all.map((name) => join(folder, name)).filter((path) => !reached.has(path))
}
