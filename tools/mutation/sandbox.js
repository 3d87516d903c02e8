// A copy of the project in which every mutant of some files stands behind a switch, and the tests are noted by a stand-in for vitest.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../build.js'

/** @typedef {{ readonly line: number, readonly column: number }} Place */
/** @typedef {{ readonly id: string, readonly fileName: string, readonly mutatorName: string, readonly replacement: string, readonly location: { readonly start: Place, readonly end: Place } }} Mutant */

/**
 * Sources below a folder of the project, by their paths in it.
 * @param {string} folder
 * @returns {string[]}
 */
export function filesOf(folder) {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return names.flatMap((name) => (name.endsWith('.ts') ? [`${folder}/${name}`] : [])).sort()
}

/**
 * @param {string} folder
 * @param {readonly string[]} files relative to the project
 * @returns {Promise<Mutant[]>}
 */
export async function sandbox(folder, files) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(root)) {
    if (['.git', '.cache', 'src', 'test'].includes(name)) continue
    symlinkSync(join(root, name), join(folder, name))
  }
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true })
  cpSync(join(root, 'test'), join(folder, 'test'), { recursive: true })
  cpSync(join(root, 'tools', 'mutation', 'judge'), join(folder, 'judge'), { recursive: true })
  for (const path of filesOf('test')) {
    const text = readFileSync(join(folder, path), 'utf8')
    writeFileSync(join(folder, path), text.replaceAll("from 'vitest'", `from '${join(folder, 'judge', 'vitest.js')}'`))
  }
  return await instrument(folder, files)
}

/**
 * @param {string} folder
 * @param {readonly string[]} files
 * @returns {Promise<Mutant[]>}
 */
async function instrument(folder, files) {
  // Installed by now, by whoever asks for this.
  const { Instrumenter } = await import(new URL('node_modules/@stryker-mutator/instrumenter/dist/src/index.js', import.meta.url).href)
  const log = { debug: () => undefined, info: () => undefined, isDebugEnabled: () => false, warn: console.warn }
  const sources = files.map((name) => ({ name, mutate: true, content: readFileSync(join(root, name), 'utf8') }))
  const made = await new Instrumenter(log).instrument(sources, { ignorers: [], excludedMutations: [], plugins: null })
  for (const { name, content } of made.files) writeFileSync(join(folder, name), content)
  return made.mutants
}
