import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.js'

// Not a test of the suite: it runs for minutes.
export default defineConfig({ ...base, test: { ...base.test, include: ['tools/mutation/lua.test.ts'], globalSetup: [], testTimeout: 0 } })
