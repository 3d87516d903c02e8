import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.js'

// The public entries are those of the copy that is judged, not of the project.
const root = fileURLToPath(new URL('../..', import.meta.url))
const here = `${process.cwd()}/`
const alias = base.resolve?.alias
const moved = Array.isArray(alias) ? alias.map((one) => ({ ...one, replacement: one.replacement.replace(root, here) })) : []

export default defineConfig({
  ...base,
  resolve: { alias: moved },
  test: {
    ...base.test,
    include: ['judge/judge.test.ts'],
    globalSetup: [`${here}test/helpers/global-setup.ts`],
    dangerouslyIgnoreUnhandledErrors: true,
    onConsoleLog: (log) => log.startsWith('mutation:'),
  },
})
