// `npm run mutate -- law core`: changes the named areas of src in small ways, one at a time, and counts the changes that no test notices.
// With no name it does all of them. `--one-in=5` looks at a fifth of the changes, drawn by chance; results stay in .cache/mutation. `lua`
// mutates the scripts of `redisStore` by means of its own.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './build.js'
import { AREAS } from './mutation/areas.js'
import { row, survivors } from './mutation/report.js'
import { filesOf, sandbox } from './mutation/sandbox.js'

const SEED = 20_260
const home = join(root, 'tools', 'mutation')
const cache = join(root, '.cache', 'mutation')
const named = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const flags = process.argv.slice(2).filter((word) => word.startsWith('--'))

for (const name of named)
  if (name !== 'lua' && AREAS[name] === undefined) fail(`"${name}" is none of lua, ${Object.keys(AREAS).join(', ')}`)
for (const flag of flags) if (!/^--one-in=[1-9]\d*$/.test(flag)) fail(`"${flag}" is not --one-in=N`)
const oneIn = Number(flags[0]?.slice(9) ?? 1)
mkdirSync(cache, { recursive: true })
// A package of its own, so that nobody who works on the library has to install it.
if (!existsSync(join(home, 'node_modules'))) run('npm', ['install', '--no-save', '--no-audit', '--no-fund'], home)

const rows = ['| area | mutants | killed | timed out | survived | not covered | score |', '| --- | --- | --- | --- | --- | --- | --- |']
for (const name of named.length > 0 ? named : [...Object.keys(AREAS), 'lua']) rows.push(name === 'lua' ? lua() : await mutate(name))
console.log(`\n${rows.join('\n')}`)

/**
 * @param {string} name
 * @returns {Promise<string>} its row of the table
 */
async function mutate(name) {
  const area = AREAS[name] ?? fail(name)
  const folder = join(cache, name)
  const all = await sandbox(
    folder,
    filesOf('src').filter((path) => area.mutate.test(path)),
  )
  const mutants = all.filter(isInSample)
  const tests = filesOf('test').filter((path) => path.endsWith('.test.ts') && area.tests.test(path))
  const [plan, result] = [join(folder, 'plan.json'), join(folder, 'result.json')]
  writeFileSync(
    plan,
    JSON.stringify({ tests: tests.map((path) => join(folder, path)), mutants: mutants.map(({ id }) => ({ id })), result }),
  )
  console.log(`${name}: ${mutants.length} of ${all.length} mutants, ${tests.length} files of tests`)
  vitest(folder, 'judge.config.ts', { MUTATION_PLAN: plan })
  /** @type {Record<string, string>} */
  const states = JSON.parse(readFileSync(result, 'utf8'))
  const judged = mutants.map((mutant) => ({ ...mutant, status: states[mutant.id] ?? 'Pending' }))
  const lines = survivors(judged, (path) => readFileSync(join(root, path), 'utf8'))
  writeFileSync(join(cache, `${name}.survivors`), lines.join('\n'))
  console.log(lines.join('\n'))
  for (const file of new Set(judged.map(({ fileName }) => fileName)))
    console.log(
      row(
        file,
        judged.filter(({ fileName }) => fileName === file),
      ),
    )
  return row(oneIn === 1 ? name : `${name}, one in ${oneIn}`, judged)
}

/** @returns {string} its row of the table */
function lua() {
  vitest(root, 'lua.config.ts', { MUTATION_ONE_IN: String(oneIn) })
  return readFileSync(join(cache, 'lua.row'), 'utf8')
}

/** @param {import('./mutation/sandbox.js').Mutant} mutant */
function isInSample({ fileName, mutatorName, replacement, location }) {
  const name = JSON.stringify([SEED, fileName, mutatorName, replacement, location])
  return createHash('sha256').update(name).digest().readUInt32BE() % oneIn === 0
}

/**
 * @param {string} folder
 * @param {string} config
 * @param {Readonly<Record<string, string>>} env
 */
function vitest(folder, config, env) {
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  run(process.execPath, [program, 'run', '--root', folder, '--config', join(home, config)], folder, env)
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {Readonly<Record<string, string>>} env
 */
function run(program, args, cwd, env = {}) {
  const { status } = spawnSync(program, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' })
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
