import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { usePacked } from '../helpers/packed.js'
import { pages, root, sourceFiles } from '../helpers/source-files.js'

interface Manifest {
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly dependencies: Readonly<Record<string, string>>
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>
}

const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const entries = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === 'string' ? [] : [{ name: `express-otp${subpath.slice(1)}`, ...target }],
)
const names = entries.map(({ name }) => name)
const programs = Object.values(manifest.bin)
const sources = sourceFiles()

describe('package.json#exports', () => {
  const files = entries.map((entry) => entry.default.replace('./dist/', '').replace(/\.js$/, '.ts'))

  it('names each entry after its file', () => {
    const expected = files.map((file) => `express-otp/${file.replace(/\.ts$/, '').replace(/\/?index$/, '')}`.replace(/\/$/, ''))
    expect(names).toEqual(expected)
    expect(entries.map(({ types }) => types)).toEqual(entries.map((entry) => entry.default.replace(/\.js$/, '.d.ts')))
  })

  it('offers every file that nothing else imports, and every index', () => {
    const imported = new Set(sources.flatMap(({ imports }) => imports))
    const tops = sources.map(({ path }) => path).filter((path) => !imported.has(path) || path.endsWith('index.ts'))
    expect(tops.filter((path) => !files.includes(path) && !programs.includes(`./dist/${path.replace(/ts$/, 'js')}`))).toEqual([])
  })

  it('offers nothing from the inner floors', () => {
    expect(files.filter((file) => /^(?:core|ports|session|util)\//.test(file))).toEqual([])
  })

  it('has every subpath that a comment or a page names', () => {
    const texts = [...sources, ...pages()].map(({ text }) => text)
    const mentions = texts.flatMap((text) => [...text.matchAll(/['"`](express-otp(?:\/[a-z-]+)+)['"`]/g)].map(([, name]) => name))
    expect([...new Set(mentions)].filter((name) => name !== undefined && !names.includes(name))).toEqual([])
  })
})

describe('the packed package', () => {
  const peers = ['@opentelemetry/api', 'express', 'express-session', 'passport', 'nodemailer', 'redis', 'ioredis', 'connect-redis']
  const types = ['express', 'express-session', 'node', 'passport', 'nodemailer'].map((name) => `@types/${name}`)
  const dependencies = Object.keys(manifest.dependencies)
  const packed = usePacked()

  it('weighs at most 250 KiB', () => {
    expect(packed().size).toBeLessThanOrEqual(250 * 1024)
  })

  it('brings what was built, and nothing else of the project', () => {
    const beside = packed()
      .files.filter((path) => !path.startsWith('dist/'))
      .sort()
    expect(beside).toEqual(['LICENSE', 'README.md', 'package.json'])
    const declared = packed().files.filter((path) => path.endsWith('.d.ts'))
    const locales = ['dist/locales.br']
    const chunks = packed().files.filter((path) => path.startsWith('dist/chunks/'))
    const rest = packed().files.filter((path) => path.startsWith('dist/') && !declared.includes(path))
    expect(rest.sort()).toEqual(
      [...[...entries.map((entry) => entry.default), ...programs].map((path) => path.slice(2)), ...chunks, ...locales].sort(),
    )
    expect(chunks.map((path) => path.slice('dist/chunks/'.length)).sort()).toEqual(
      ['base', 'channels', 'core', 'dialects', 'phone-number', 'session', 'stores', 'transports'].map((name) => `${name}.js`),
    )
    // Declarations that no entry leads to would be weight alone; that none is missing is seen by the projects below.
    const sourcesOf = new Set(sources.map(({ path }) => `dist/${path.replace(/\.ts$/, '.d.ts')}`))
    expect(declared.filter((path) => !sourcesOf.has(path))).toEqual([])
    expect(declared).not.toContain('dist/stores/redis-scripts.d.ts')
  })

  it('holds the code of this project alone, once, under the names it was written with', () => {
    const texts = packed()
      .files.filter((path) => path.endsWith('.js'))
      .map((path) => readFileSync(join(packed().dir, path), 'utf8'))
    // Two that every door needs, each in a chunk that they share.
    for (const name of ['chooseStore', 'issueAndDeliver', 'lawfulStore']) {
      expect(texts.filter((text) => new RegExp(`\\bfunction ${name}\\(`).test(text))).toHaveLength(1)
    }
    const externals = texts.flatMap((text) =>
      [...text.matchAll(/(?:from ?|import ?|import\()["'`]([a-z@][\w@/.:-]*)["'`]/g)].map(([, name = '']) => name),
    )
    const others = [...new Set(externals)].filter((name) => !name.startsWith('node:'))
    // The program is a user of the package, and names it as every other user does.
    const own = ['express-otp', 'express-otp/express']
    expect(others.sort()).toEqual(['@opentelemetry/api', ...own, 'libphonenumber-js/max', 'nodemailer', 'passport-custom'])
  })

  it('has one file for browsers, small, that loads nothing', () => {
    const text = readFileSync(join(packed().dir, 'dist/client/index.js'), 'utf8')
    expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(5120)
    expect(text).not.toMatch(/\bimport\b|\brequire\b|\bprocess\b/)
  })

  it('loads no other package with the root entry, the doors or e-mail', () => {
    const project = packed().project([], {
      'bare.mjs': `for (const name of ['', '/express', '/stores/redis', '/channels/email', '/transports/nodemailer']) await import('express-otp' + name)`,
    })
    expect(execFileSync(process.execPath, ['bare.mjs'], { cwd: project, encoding: 'utf8' })).toBe('')
  })

  it('asks for @opentelemetry/api with the telemetry entry alone', () => {
    const project = packed().project([], {
      'without.mjs': `await import('express-otp')\nconsole.log(await import('express-otp/telemetry').catch((err) => err.message))`,
    })
    const said = execFileSync(process.execPath, ['without.mjs'], { cwd: project, encoding: 'utf8' })
    expect(said).toContain("Cannot find package '@opentelemetry/api'")
    const texts = packed()
      .files.filter((path) => path.endsWith('.js'))
      .map((path) => [path, readFileSync(join(packed().dir, path), 'utf8')])
    expect(texts.filter(([, text]) => text?.includes('@opentelemetry/api')).map(([path]) => path)).toEqual(['dist/telemetry/index.js'])
  })

  it('gives the same names to import and to require', () => {
    const project = packed().project([...dependencies, ...peers], {
      'names.mjs': `const names = ${JSON.stringify(names)}
const found = await Promise.all(names.map(async (name) => [name, Object.keys(await import(name)).sort()]))
console.log(JSON.stringify(found))`,
      'names.cjs': `const names = ${JSON.stringify(names)}
console.log(JSON.stringify(names.map((name) => [name, Object.keys(require(name)).filter((key) => key !== '__esModule').sort()])))`,
    })
    const [imported, required] = ['names.mjs', 'names.cjs'].map((file): [string, string[]][] =>
      JSON.parse(execFileSync(process.execPath, [file], { cwd: project, encoding: 'utf8' })),
    )
    expect(required).toEqual(imported)
    expect(imported?.filter(([, exported]) => exported.length === 0 || exported.includes('default'))).toEqual([])
  })

  it('has types that a strict project accepts, from ESM and CommonJS', () => {
    const lines = names.map((name, index) => `import * as entry${index} from '${name}'\nvoid entry${index}`).join('\n')
    const project = packed().project([...dependencies, ...peers, ...types], {
      'package.json': '{"type":"module"}',
      'tsconfig.json': tsconfig(['node'], ['esm.ts', 'cjs.cts']),
      'esm.ts': lines,
      'cjs.cts': lines,
    })
    expect(compile(project)).toBe('')
  })

  it('has a root entry whose types need no Express', () => {
    const project = packed().project([...dependencies, '@types/node'], {
      'package.json': '{"type":"module"}',
      'tsconfig.json': tsconfig(['node'], ['app.ts']),
      'app.ts': "import { createOtp } from 'express-otp'\nvoid createOtp",
    })
    expect(compile(project)).toBe('')
  })
})

describe('the dependencies', () => {
  it('are at most 20 packages, their own included', () => {
    const lock: Lock = JSON.parse(read('package-lock.json'))
    const reached = new Set<string>()
    const visit = (name: string): void => {
      if (reached.has(name)) return
      reached.add(name)
      for (const next of Object.keys(lock.packages[`node_modules/${name}`]?.dependencies ?? {})) visit(next)
    }
    for (const name of Object.keys(manifest.dependencies)) visit(name)
    expect(reached.size).toBeLessThanOrEqual(20)
    expect([...reached]).toContain('passport-strategy')
  })
})

function read(path: string): string {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''
}

function tsconfig(types: readonly string[], files: readonly string[]): string {
  const compilerOptions = { target: 'es2023', module: 'nodenext', strict: true, exactOptionalPropertyTypes: true, noEmit: true, types }
  return JSON.stringify({ compilerOptions, files })
}

/** What the compiler has to say about a project. */
function compile(project: string): string {
  try {
    return execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project], { encoding: 'utf8' })
  } catch (err) {
    return err instanceof Error && 'stdout' in err ? String(err.stdout) : String(err)
  }
}
