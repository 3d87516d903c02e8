// `npm test`: everything, on a machine where only `npm install` was run. Arguments go to vitest: `npm test -- test/core`.
// However it ends, the last line says `N passed, N failed`, with `, N skipped` where tests could not run.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, isStale, root } from './build.js'
import { ensurePrograms } from './programs.js'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ readonly status: string, readonly assertionResults: readonly { readonly status: string }[] }} FileReport */

const strict = process.env.CI === 'true'
const dir = mkdtempSync(join(tmpdir(), 'express-otp-test-'))
const report = join(dir, 'report.json')

/** @type {string[]} what went wrong apart from tests that failed; each counts as a failure, so that line and exit code agree */
const complaints = []
/** @type {Counts} */
let counts = { passed: 0, failed: 0, skipped: 0 }
try {
  ensurePrograms((line) => console.log(line))
  // Tests of the packed package and of the demo run on dist. Others run on the sources, so a broken build does not stop them.
  if (isStale() && !(await build())) complaints.push('the build failed')
  const ended = await vitest()
  counts = count(files())
  if (ended !== 0 && counts.failed === 0) complaints.push(`vitest ended with ${ended}`)
  if (ended === 0 && counts.passed === 0) complaints.push('no test passed')
} catch (err) {
  complaints.push(String(err))
}
rmSync(dir, { recursive: true, force: true })
if (strict && counts.skipped > 0) complaints.push('tests were skipped, which CI does not accept')

for (const complaint of complaints) console.log(`failed: ${complaint}`)
const failed = counts.failed + complaints.length
process.exitCode = failed > 0 ? 1 : 0
console.log(`${counts.passed} passed, ${failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`)

/** @returns {Promise<number>} its exit code */
function vitest() {
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const args = ['run', ...process.argv.slice(2), '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  // The closing line is owed on a signal too: vitest stops its servers, ends, and then we do.
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(name, () => child.kill(name))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
  })
}

/**
 * @param {readonly FileReport[]} reports
 * @returns {Counts}
 */
function count(reports) {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const file of reports) {
    for (const { status } of file.assertionResults) {
      if (status === 'passed') sum.passed++
      else if (status === 'failed') sum.failed++
      else sum.skipped++
    }
    // A file that cannot be loaded, or whose hooks fail, has no failed test of its own.
    const blamed = file.assertionResults.some(({ status }) => status === 'failed')
    if (file.status === 'failed' && !blamed) sum.failed++
  }
  return sum
}

/** @returns {readonly FileReport[]} */
function files() {
  try {
    return JSON.parse(readFileSync(report, 'utf8')).testResults
  } catch {
    return []
  }
}
