import { describe, expect, it } from 'vitest'
import { parse, type SourceFile, sourceFiles } from '../helpers/source-files.js'

const files = sourceFiles()

describe('the floors of src', () => {
  it('are known for every file', () => {
    expect(files.filter(({ path }) => floor(path) === undefined).map(({ path }) => path)).toEqual([])
  })

  it('only stand on lower floors', () => {
    expect(files.flatMap(climbs)).toEqual([])
  })

  it('are free of cycles', () => {
    expect(cycles(files)).toEqual([])
  })

  it('have every imported file', () => {
    const paths = new Set(files.map(({ path }) => path))
    expect(files.flatMap(({ path, imports }) => imports.filter((name) => !paths.has(name)).map((name) => `${path} -> ${name}`))).toEqual([])
  })
})

describe('every source file', () => {
  it('has at most 250 lines', () => {
    expect(files.filter(({ text }) => text.split('\n').length > 251).map(({ path }) => path)).toEqual([])
  })

  it('is ASCII', () => {
    expect(files.filter(({ text }) => !/^[\n\x20-\x7e]*$/.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('exports by name', () => {
    const unnamed = files.filter(({ code }) => /\bexport\s*\*|\bexport\s+default\b|\bas\s+default\b/.test(code))
    expect(unnamed.map(({ path }) => path)).toEqual([])
  })
})

describe('client', () => {
  const own = files.filter(({ path }) => path.startsWith('client/'))

  it('loads nothing from the rest of src, because a browser runs it', () => {
    expect(own.flatMap(({ loads }) => loads).filter((name) => !name.startsWith('client/'))).toEqual([])
    expect(own.flatMap(({ packages }) => packages)).toEqual([])
  })

  it('knows nothing of Node', () => {
    expect(own.filter(({ code }) => /\b(?:process|Buffer|require)\b/.test(code)).map(({ path }) => path)).toEqual([])
  })
})

describe('core', () => {
  it('takes time, chance, settings and output from its ports', () => {
    const outside = /\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bconsole\b/
    expect(files.filter(({ path, code }) => path.startsWith('core/') && outside.test(code)).map(({ path }) => path)).toEqual([])
  })

  it('knows no framework, no HTTP and no vendor', () => {
    const packages = files.filter(({ path }) => path.startsWith('core/')).flatMap((file) => file.packages)
    expect([...new Set(packages)].filter((name) => !['node:buffer', 'node:crypto'].includes(name))).toEqual([])
  })
})

describe('these checks', () => {
  it('see an import from a higher floor, and one between folders of a floor', () => {
    expect(climbs(parse('core/send.ts', "import { a } from '../stores/memory.js'"))).toEqual(['core/send.ts -> stores/memory.ts'])
    expect(climbs(parse('stores/redis.ts', "import type { A } from '../session/pointer.js'"))).toHaveLength(1)
    expect(climbs(parse('stores/redis.ts', "export { a } from './redis-scripts.js'"))).toEqual([])
    expect(climbs(parse('errors.ts', "import { a } from './ports/store.js'"))).toHaveLength(1)
    expect(climbs(parse('util/a.ts', "const a = await import('../errors.js')"))).toHaveLength(1)
  })

  it('see a cycle', () => {
    const ring = [parse('a.ts', "import './b.js'"), parse('b.ts', "import './c.js'"), parse('c.ts', "import './b.js'")]
    expect(cycles(ring)).toEqual(['b.ts -> c.ts -> b.ts'])
    const types = [parse('a.ts', "import type { B } from './b.js'"), parse('b.ts', "export type { A } from './a.js'")]
    expect(cycles(types)).toEqual([])
  })

  it('see every way to import', () => {
    const text = "import 'node:net'\nimport { a,\n  type B } from './b.js'\nexport { c } from \"./c.js\"\nimport type { D } from './d.js'"
    expect(parse('a.ts', text)).toMatchObject({ imports: ['b.ts', 'c.ts', 'd.ts'], loads: ['b.ts', 'c.ts'], packages: ['node:net'] })
  })

  it('do not take an example in a comment for an import', () => {
    const text = "/** import { x } from './x.js' */\nconst a = '// no comment' // import './y.js'\nimport { b } from './b.js'"
    expect(parse('a.ts', text).imports).toEqual(['b.ts'])
    expect(parse('a.ts', "const a = /'/\nimport { b } from './b.js'").imports).toEqual(['b.ts'])
  })
})

/** The floor a file stands on; undefined for a file that belongs nowhere. */
function floor(path: string): number | undefined {
  if (path === 'index.ts' || /^(?:client|express|passport|telemetry|testing|transports)\/index\.ts$/.test(path)) return 5
  const folder = folderOf(path)
  // Ports speak of errors, so these stand half a step below. What else lies beside them belongs to the composition root.
  if (path === 'errors.ts') return 0.5
  if (path === 'options.ts') return 1
  if (folder === '') return 4
  return floors.get(folder)
}

const floors: ReadonlyMap<string, number> = new Map([
  ['util', 0],
  ['ports', 1],
  ['core', 2],
  ['channels', 3],
  ['client', 3],
  ['dialects', 3],
  ['option-checks', 3],
  ['session', 3],
  ['stores', 3],
  ['telemetry', 3],
  ['testing', 3],
  ['transports', 3],
  ['doctor', 4],
  ['express', 4],
  ['passport', 4],
])

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}

function climbs({ path, imports }: SourceFile): string[] {
  const own = floor(path) ?? 0
  const allowed = (name: string): boolean => {
    const other = floor(name) ?? own
    return other < own || (other === own && folderOf(name) === folderOf(path))
  }
  return imports.filter((name) => !allowed(name)).map((name) => `${path} -> ${name}`)
}

function cycles(all: readonly SourceFile[]): string[] {
  const loadsOf = new Map(all.map(({ path, loads }) => [path, loads]))
  const done = new Set<string>()
  const found: string[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
    if (done.has(path)) return
    done.add(path)
    for (const next of loadsOf.get(path) ?? []) walk(next, [...trail, path])
  }
  for (const { path } of all) walk(path, [])
  return found
}
