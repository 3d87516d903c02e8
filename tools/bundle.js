import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

// What more than one entry loads is put together by folder of src, in the order of the floors: a lower one takes its modules first, so
// that no chunk draws in what belongs below it. Names are those that a stack trace shows.
const chunks = [
  { name: 'base', test: /[\\/]src[\\/](?:(?:option-checks|ports|util)[\\/]|[^\\/]+$)/ },
  { name: 'core', test: /[\\/]src[\\/]core[\\/]/ },
  // Alone: libphonenumber-js takes longer to load than everything else, and e-mail needs none of it.
  { name: 'phone-number', test: /[\\/]src[\\/]channels[\\/]phone-number\.ts$/ },
  ...['channels', 'stores', 'session', 'transports', 'dialects'].map((name) => ({
    name,
    test: new RegExp(`[\\\\/]src[\\\\/]${name}[\\\\/]`),
  })),
]

/** The one entry that browsers load: a file of its own that shares nothing. */
const browserEntry = 'client/index'

/**
 * Writes the JavaScript of the package: one file for each entry, and what they share in a few chunks. Three hundred small files would weigh
 * as many tar headers and cost as many walks through the file system at each start. Nothing of another package is drawn in, and names stay.
 * @param {string} root
 * @param {string} folder
 * @param {Record<string, string | { default?: string }>} exported the `exports` of package.json
 * @param {Record<string, string>} programs its `bin`
 */
export async function bundle(root, folder, exported, programs) {
  const files = Object.values(exported).flatMap((entry) =>
    typeof entry === 'string' || entry.default === undefined ? [] : [entry.default],
  )
  const nameOf = (/** @type {string} */ file) => file.replace(/^\.\/dist\//, '').replace(/\.js$/, '')
  const tools = Object.values(programs).map(nameOf)
  const names = [...files.map(nameOf), ...tools]
  const groups = chunks.map((chunk, index) => ({ ...chunk, minShareCount: 2, priority: chunks.length - index }))
  await write(root, folder, {
    names: names.filter((name) => name !== browserEntry),
    platform: 'node',
    output: { minify: false, codeSplitting: { groups } },
  })
  const { minifySync } = await import('rolldown/utils')
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'))) {
    const path = join(folder, name)
    const text = readFileSync(path, 'utf8')
    // A program is run and never imported: nobody steps through it, and its names are weight alone.
    const isProgram = tools.some((tool) => path === join(folder, `${tool}.js`))
    writeFileSync(path, isProgram ? minifySync(path, text, { module: true }).code : await withoutIndent(path, text))
  }
  // Travels to browsers, so blanks are left out too; names stay.
  const minify = { compress: false, mangle: false, codegen: { removeWhitespace: true } }
  await write(root, folder, { names: [browserEntry], platform: 'browser', output: { minify, codeSplitting: false } })
  // From wherever it stands, one folder below dist, the code reads these as `../locales`.
  cpSync(join(root, 'src', 'channels', 'locales'), join(folder, 'locales'), { recursive: true })
}

/**
 * Lines, names and marks of the sources stay, for whoever steps through; the tabs ahead of lines are a thirtieth of the package. Inside a template they are text.
 * @param {string} path
 * @param {string} text
 */
async function withoutIndent(path, text) {
  const { parseSync, Visitor } = await import('rolldown/utils')
  /** @type {[start: number, end: number][]} */
  const templates = []
  const visitor = new Visitor({ TemplateElement: ({ end, start }) => void templates.push([start, end]) })
  visitor.visit(parseSync(path, text).program)
  return text.replace(/^\t+/gm, (tabs, at) => (templates.some(([start, end]) => start < at && at < end) ? tabs : ''))
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {{ names: readonly string[], platform: 'node' | 'browser', output: import('rolldown').OutputOptions }} part
 */
async function write(root, folder, { names, platform, output }) {
  // Loaded here: an installation without development tools reads this file too.
  const { rolldown } = await import('rolldown')
  const bundled = await rolldown({
    cwd: root,
    input: Object.fromEntries(names.map((name) => [name, join(root, 'src', `${name}.ts`)])),
    platform,
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    // Its `paths` would lead the package's own name to src.
    tsconfig: false,
    transform: { target: 'es2023' },
    onLog: (level, log) => {
      // A cycle of chunks or a name that is not there is a mistake, never news.
      if (level === 'warn') throw new Error(log.message)
    },
  })
  try {
    await bundled.write({
      dir: folder,
      format: 'es',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name].js',
      minifyInternalExports: false,
      // Comments are for people: they stay in the declarations, which editors show, and leave the code.
      comments: false,
      ...output,
    })
  } finally {
    await bundled.close()
  }
}
