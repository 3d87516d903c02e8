import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { usePacked } from '../helpers/packed.js'
import { hasRedis } from '../helpers/redis-server.js'
import { sharedRedis } from '../helpers/shared-servers.js'
import { root } from '../helpers/source-files.js'

const program = (name: string): string => readFileSync(fileURLToPath(new URL(`./versions/${name}`, import.meta.url)), 'utf8')

const EXPRESS = { '4.21': 'express4 as express', '5': 'express' } as const
const PASSPORT = { '0.6': 'passport06 as passport', '0.7': 'passport' } as const
const SESSIONS = {
  'the memory of express-session': undefined,
  'connect-redis 7': { name: 'connect-redis7 as connect-redis', showsClient: false },
  'connect-redis 8': { name: 'connect-redis8 as connect-redis', showsClient: false },
  'connect-redis 9': { name: 'connect-redis', showsClient: true },
} as const

const TYPES = {
  '4.21': ['types-express4 as @types/express'],
  '5': ['@types/express', '@types/express-serve-static-core'],
} as const

const TYPES_BESIDE = [
  ...[
    'body-parser',
    'connect',
    'express-session',
    'http-errors',
    'mime',
    'node',
    'passport',
    'qs',
    'range-parser',
    'send',
    'serve-static',
  ].map((name) => `@types/${name}`),
  'undici-types',
]

// As in a project of one's own: the types of all packages come from the same folder.
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    preserveSymlinks: true,
    types: ['node'],
  },
  files: ['app.ts'],
})

const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

const keys = <Name extends string>(table: Readonly<Record<Name, unknown>>): Name[] => Object.keys(table) as Name[]

const WAY = [
  '/otp/send 200 sent',
  '/otp/verify 400 400 invalid_code',
  '/otp/verify 200 verified',
  '/me 200 ann@example.org',
  '/pay 401 401 otp_required',
  '/otp/send 200 sent',
  '/otp/verify 200 verified',
  '/pay 200 ann@example.org',
  '/pay 401 401 otp_required',
]

describe('the packed package', () => {
  const packed = usePacked()

  describe.each(keys(EXPRESS))('with Express %s', (express) => {
    describe.each(keys(PASSPORT))('and Passport %s', (passport) => {
      it.for(keys(SESSIONS))('logs in and steps up, with sessions in %s', async (sessions, { skip }) => {
        const kept = SESSIONS[sessions]
        if (kept !== undefined && !hasRedis) skip('there is no Redis')
        const packages = [
          EXPRESS[express],
          PASSPORT[passport],
          'express-session',
          'passport-custom',
          'redis',
          ...(kept === undefined ? [] : [kept.name]),
        ]
        const project = packed().project(packages, { 'app.cjs': program('app.cjs') })
        const args = kept === undefined ? [] : [await sharedRedis(), String(kept.showsClient)]
        const told: string[] = JSON.parse(execFileSync(process.execPath, ['app.cjs', ...args], { cwd: project, encoding: 'utf8' }))
        expect(told).toEqual(WAY)
      })
    })

    it('is imported by TypeScript', () => {
      const packages = [EXPRESS[express], ...TYPES[express], 'express-session', 'passport', 'passport-custom', ...TYPES_BESIDE]
      const project = packed().project(packages, {
        'package.json': '{"type":"module"}',
        'tsconfig.json': TSCONFIG,
        'app.ts': program('app.ts'),
      })
      expect(spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' })).toMatchObject({ stdout: '', status: 0 })
      expect(execFileSync(process.execPath, ['app.js'], { cwd: project, encoding: 'utf8' })).toBe('200 ann@example.org\n')
    })
  })
})
