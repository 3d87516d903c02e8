import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
}

const manifest: Manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))

// Tests name the package by its public entries and run on the sources; test/package runs on the packed tarball.
const alias = Object.entries(manifest.exports).flatMap(([subpath, target]) => {
  if (typeof target === 'string') return []
  const source = target.default.replace('./dist/', './src/').replace(/\.js$/, '.ts')
  const find = new RegExp(`^${manifest.name}${subpath.slice(1)}$`)
  return [{ find, replacement: fileURLToPath(new URL(source, import.meta.url)) }]
})

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/global-setup.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
})
