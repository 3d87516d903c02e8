import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

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

// Blanks and the names of variables are a tenth of the package, and nobody who installs it reads them. Functions and classes keep theirs, for stack traces.
/** @type {Exclude<import('rolldown').OutputOptions['minify'], undefined>} */
const minify = { compress: false, mangle: { keepNames: true, toplevel: true }, codegen: { removeWhitespace: true } }

// All languages in one file: what is alike in them is written once, which the archive of the package, with its window of 32 KiB, does not see. From wherever it
// stands, one folder below dist, the code reads it when a language is first needed.
const localeReader = `
import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
export function readLocale(name) {
  return JSON.parse(brotliDecompressSync(readFileSync(new URL('../locales.br', import.meta.url))).toString())[name]
}
`

/** @param {string} folder */
function packedLocales(folder) {
  const files = readdirSync(folder).sort()
  const words = files.map((file) => [file.replace(/\.json$/, ''), JSON.parse(readFileSync(join(folder, file), 'utf8'))])
  return brotliCompressSync(JSON.stringify(Object.fromEntries(words)))
}

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
  const names = [...files, ...Object.values(programs)].map(nameOf)
  const groups = chunks.map((chunk, index) => ({ ...chunk, minShareCount: 2, priority: chunks.length - index }))
  await write(root, folder, {
    names: names.filter((name) => name !== browserEntry),
    platform: 'node',
    output: { minify, codeSplitting: { groups } },
  })
  await write(root, folder, { names: [browserEntry], platform: 'browser', output: { minify, codeSplitting: false } })
  writeFileSync(join(folder, 'locales.br'), packedLocales(join(root, 'src', 'channels', 'locales')))
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
    plugins: [
      {
        name: 'packed-locales',
        load: (id) => (/[\\/]messages[\\/]read-locale\.ts$/.test(id) ? localeReader : undefined),
      },
    ],
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
