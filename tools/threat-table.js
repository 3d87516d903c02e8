// Writes docs/threats.md: each row of the threat catalogue with the tests that cover it. A test covers the rows at the beginning of
// its title: `T02 T22 of 300 right codes one wins`. `--check` writes nothing and fails where the page, the tests and the comments in
// src do not agree.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './build.js'

/** @typedef {{ readonly row: string, readonly title: string, readonly claimed: boolean }} Row */
/** @typedef {{ readonly file: string, readonly title: string, readonly rows: readonly string[] }} Test */

const page = 'docs/threats.md'

/** @type {readonly Row[]} */
const rows = JSON.parse(readFileSync(new URL('threat-rows.json', import.meta.url), 'utf8'))
const known = new Set(rows.map(({ row }) => row))
const tests = [...texts('test'), ...texts('src/testing')].flatMap(titled)
const written = table()
const wrong = problems()

if (process.argv.includes('--check')) {
  const current = existsSync(join(root, page)) ? readFileSync(join(root, page), 'utf8') : ''
  if (current !== written) wrong.push(`${page} is not up to date: run npm run docs:threats`)
} else {
  mkdirSync(join(root, 'docs'), { recursive: true })
  writeFileSync(join(root, page), written)
}
for (const problem of wrong) console.error(problem)
process.exitCode = wrong.length > 0 ? 1 : 0

/** @returns {string[]} rows that are unknown, and rows that somebody relies on although no test covers them */
function problems() {
  const covered = new Set(tests.flatMap((test) => test.rows))
  const found = tests.flatMap((test) => test.rows.filter((row) => !known.has(row)).map((row) => `${test.file}: there is no row ${row}`))
  for (const { row, claimed } of rows) if (claimed && !covered.has(row)) found.push(`${row} is claimed, but no test begins with it`)
  for (const { path, text } of texts('src')) {
    for (const row of new Set(text.match(/\bT\d\d\b/g))) {
      if (!known.has(row)) found.push(`${path}: there is no row ${row}`)
      else if (!covered.has(row)) found.push(`${path} speaks of ${row}, but no test begins with it`)
    }
  }
  return found
}

/** @returns {string} the page */
function table() {
  const claimed = rows.filter((row) => row.claimed)
  const rest = rows.filter((row) => !row.claimed)
  return `# Threats

What can go wrong with one-time codes, and the tests that show what this library does about it. Written by \`npm run docs:threats\`
from the titles of the tests; do not edit.

| Row | Threat | Tests |
| --- | --- | --- |
${claimed.map(line).join('\n')}

## Not promised yet

For these rows nothing is promised. Tests that are named cover a part.

| Row | Threat | Tests |
| --- | --- | --- |
${rest.map(line).join('\n')}
`
}

/**
 * @param {Row} row
 * @returns {string}
 */
function line({ row, title }) {
  const covering = tests.filter((test) => test.rows.includes(row)).map((test) => `\`${test.file}\`: ${escaped(test.title)}`)
  return `| ${row} | ${title} | ${covering.join('<br>')} |`
}

/**
 * @param {string} title
 * @returns {string} the title as text in a cell of a Markdown table
 */
function escaped(title) {
  return title.replace(/[\\|<>*_`[\]]/g, (sign) => `\\${sign}`)
}

/**
 * @param {{ path: string, text: string }} file
 * @returns {Test[]} every string in it that begins like the title of a test
 */
function titled({ path, text }) {
  const strings = text.matchAll(/(['"`])((?:T\d\d )+)((?:\\.|(?!\1)[^\\\n])+)\1/g)
  return [...strings].map(([, , numbers = '', title = '']) => ({
    file: path,
    title: title
      .replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, unit, sign) => (unit ? String.fromCharCode(Number.parseInt(unit, 16)) : sign))
      .replace(/\$\{[^}]*\}|%[sdijfo#]|\$[a-zA-Z.]+/g, '...'),
    rows: numbers.trim().split(' '),
  }))
}

/**
 * @param {string} folder
 * @returns {{ path: string, text: string }[]} its TypeScript files, in a fixed order
 */
function texts(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}
