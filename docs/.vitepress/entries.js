import { readFileSync } from 'node:fs'

/** @typedef {{ readonly name: string, readonly source: string, readonly page: string }} Entry */

/** What can be imported, each with its source and the page of the API reference that speaks of it. */
export const entries = read()

/** @returns {readonly Entry[]} */
function read() {
  const { name, exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return Object.entries(exports).flatMap(([subpath, target]) => {
    if (typeof target === 'string') return []
    const file = target.default.replace('./dist/', '').replace(/\.js$/, '')
    return [{ name: `${name}${subpath.slice(1)}`, source: `src/${file}.ts`, page: file }]
  })
}
