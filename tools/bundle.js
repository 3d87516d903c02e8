import { cpSync } from 'node:fs'
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

/**
 * Writes the JavaScript of the package: one file for each entry, and what they share in a few chunks. Three hundred small files would weigh
 * as many tar headers and cost as many walks through the file system at each start. Nothing of another package is drawn in, and names stay.
 * @param {string} root
 * @param {string} folder
 * @param {Record<string, string | { default?: string }>} exported the `exports` of package.json
 */
export async function bundle(root, folder, exported) {
  // Loaded here: an installation without development tools reads this file too.
  const { rolldown } = await import('rolldown')
  const files = Object.values(exported).flatMap((entry) =>
    typeof entry === 'string' || entry.default === undefined ? [] : [entry.default],
  )
  const names = files.map((file) => file.replace(/^\.\/dist\//, '').replace(/\.js$/, ''))
  const bundled = await rolldown({
    cwd: root,
    input: Object.fromEntries(names.map((name) => [name, join(root, 'src', `${name}.ts`)])),
    platform: 'node',
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
    const groups = chunks.map((chunk, index) => ({ ...chunk, minShareCount: 2, priority: chunks.length - index }))
    await bundled.write({
      dir: folder,
      format: 'es',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name].js',
      minify: false,
      minifyInternalExports: false,
      // Comments are for people: they stay in the declarations, which editors show, and leave the code.
      comments: false,
      codeSplitting: { groups },
    })
  } finally {
    await bundled.close()
  }
  // From wherever it stands, one folder below dist, the code reads these as `../locales`.
  cpSync(join(root, 'src', 'channels', 'locales'), join(folder, 'locales'), { recursive: true })
}
