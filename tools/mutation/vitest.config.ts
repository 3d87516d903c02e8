import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.js'

// The tests of the round that `tools/mutate.js` is in. Stryker brings its own pool.
const { include, exclude }: { readonly include: string[]; readonly exclude: string[] } = JSON.parse(process.env.MUTATION_TESTS ?? '{}')

export default defineConfig({ ...base, test: { ...base.test, include, exclude } })
