// `npm run mutate -- law core`: changes the named areas of src in small ways, one at a time, and counts the changes that no test notices.
// With no name it does all of them, which takes hours. Results stay in .cache/mutation, so that a second run looks only at what changed;
// `--fresh` begins anew, `--near` asks the fast tests only, `--one-in=5` looks at a fifth of the changes, drawn by chance. `lua` mutates the scripts of `redisStore` by means of its own.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './build.js'
import { AREAS, testsOf } from './mutation/areas.js'
import { row, survivors } from './mutation/report.js'

const home = join(root, 'tools', 'mutation')
const cache = join(root, '.cache', 'mutation')
const flags = process.argv.slice(2).filter((word) => word.startsWith('--'))
const named = process.argv.slice(2).filter((word) => !word.startsWith('--'))

for (const name of named)
  if (name !== 'lua' && AREAS[name] === undefined) fail(`"${name}" is none of lua, ${Object.keys(AREAS).join(', ')}`)
for (const flag of flags) if (!/^--(fresh|near|one-in=[1-9]\d*)$/.test(flag)) fail(`"${flag}" is none of --fresh, --near, --one-in=N`)
const oneIn = flags.find((flag) => flag.startsWith('--one-in='))?.slice(9) ?? '1'
mkdirSync(cache, { recursive: true })
// A package of its own, so that nobody who works on the library has to install it.
if (!existsSync(join(home, 'node_modules'))) run('npm', ['install', '--no-save', '--no-audit', '--no-fund'], { cwd: home })

const rows = []
for (const name of named.length > 0 ? named : [...Object.keys(AREAS), 'lua']) rows.push(name === 'lua' ? lua() : mutate(name))
console.log(
  [
    '',
    '| area | mutants | killed | timed out | survived | not covered | score |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n'),
)

/**
 * @param {string} name
 * @returns {string} its row of the table
 */
function mutate(name) {
  const area = AREAS[name]
  if (area === undefined) return fail(name)
  const known = join(cache, `${name}.json`)
  const report = join(cache, `${name}.report.json`)
  if (flags.includes('--fresh')) rmSync(known, { force: true })
  // Most changes are noticed at once by the tests that stand next to the code; only the rest is worth the slower ones.
  /** @type {('near' | 'wide')[]} */
  const rounds = flags.includes('--near') ? ['near'] : existsSync(known) ? ['wide'] : ['near', 'wide']
  for (const round of rounds) {
    const config = join(cache, `${name}.config.json`)
    writeFileSync(config, JSON.stringify(settings(area.mutate, known, report)))
    const env = { ...process.env, MUTATION_TESTS: JSON.stringify(testsOf(area, round)), MUTATION_ONE_IN: oneIn }
    run(process.execPath, [join(home, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js'), 'run', config], { cwd: root, env })
  }
  const result = JSON.parse(readFileSync(report, 'utf8'))
  for (const line of survivors(result)) console.log(line)
  return row(name, result)
}

/** @returns {string} its row of the table */
function lua() {
  run(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', join(home, 'lua.config.ts')], { cwd: root })
  return readFileSync(join(cache, 'lua.row'), 'utf8')
}

/**
 * @param {readonly string[]} files
 * @param {string} known
 * @param {string} report
 */
function settings(files, known, report) {
  return {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner', join(home, 'sample.js')],
    vitest: { configFile: 'tools/mutation/vitest.config.ts', related: false },
    mutate: files,
    coverageAnalysis: 'perTest',
    concurrency: 1,
    incremental: true,
    incrementalFile: known,
    jsonReporter: { fileName: report },
    reporters: ['progress-append-only', 'json'],
    tempDirName: join(cache, 'sandbox'),
    ignorePatterns: ['/.cache', '/bench', '/dist', '/docs', '/examples', '/tools/mutation/node_modules'],
    timeoutMS: 5000,
    // Stryker would rewrite it with a compiler's interface that TypeScript 7 does not have; nothing of it matters to vitest.
    tsconfigFile: 'none.json',
    allowEmpty: true,
  }
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} options
 */
function run(program, args, options) {
  const { status } = spawnSync(program, args, { ...options, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

/**
 * @param {string} why
 * @returns {never}
 */
function fail(why) {
  console.error(`express-otp: ${why}`)
  process.exit(1)
}
