import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Root folder of the project. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** One file under src. */
export interface SourceFile {
  /** Relative to src, with `/`: `core/law/issue.ts`. */
  readonly path: string
  readonly text: string
  /** The text without comments, so that examples in them do not count. */
  readonly code: string
  /** Files of src that it imports, types included, as paths relative to src. */
  readonly imports: readonly string[]
  /** Those of them that are loaded when the file is: imports of types alone are gone by then. */
  readonly loads: readonly string[]
  /** Everything else that it imports: `node:crypto`, `express`. */
  readonly packages: readonly string[]
}

/** Every TypeScript file under src. */
export function sourceFiles(): SourceFile[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => parse(path, readFileSync(join(root, 'src', path), 'utf8')))
}

/** Reads what floors and exports are judged by. */
export function parse(path: string, text: string): SourceFile {
  const code = withoutComments(text)
  const found = [...code.matchAll(statement)].map(([, types, , name = '']) => ({ name, types: types !== undefined }))
  const inside = (name: string): string => posix.join(posix.dirname(path), name).replace(/\.js$/, '.ts')
  const local = found.filter(({ name }) => name.startsWith('.'))
  return {
    path,
    text,
    code,
    imports: local.map(({ name }) => inside(name)),
    loads: local.filter(({ types }) => !types).map(({ name }) => inside(name)),
    packages: found.filter(({ name }) => !name.startsWith('.')).map(({ name }) => name),
  }
}

const statement = /(?:\b(?:import|export)\s+(type\s)?[^'"`;()]*?\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\2/g

// Strings, templates and regular expressions are matched first, so that what looks like a comment inside them stays.
const tokens =
  /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<=[(,=:[!&|?{};>]\s*|return\s+)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g

function withoutComments(text: string): string {
  return text.replace(tokens, (token) => (token.startsWith('//') || token.startsWith('/*') ? ' ' : token))
}

/** The Markdown that readers see: the README, the changes and the pages in docs, but not what the site's own tools put beside them. */
export function pages(): { readonly path: string; readonly text: string }[] {
  const folders = readdirSync(join(root, 'docs'), { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !/^(?:\.|node_modules$|api$)/.test(entry.name),
  )
  const inDocs = ['docs', ...folders.map(({ name }) => `docs/${name}`)].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  )
  return ['README.md', 'CHANGELOG.md', ...inDocs].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}
