// `npm run mutate -- law core`: changes the named areas of src in small ways, one at a time, and counts the changes that no test notices.
// With no name it does all of them. `--one-in=5` looks at a fifth of the changes, drawn by chance; `--seconds=20` gives each
// that many seconds of tests; results stay in .cache/mutation. `lua`
// mutates the scripts of `redisStore` by means of its own.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
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
for (const flag of flags) if (!/^--(one-in|seconds)=[1-9]\d*$/.test(flag)) fail(`"${flag}" is neither --one-in=N nor --seconds=N`)
const oneIn = figure('one-in', 1)
const seconds = figure('seconds', 5)
mkdirSync(cache, { recursive: true })
for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(name, () => process.exit(1))
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
  const [plan, result] = [join(folder, 'plan.json'), join(folder, 'result.json')]
  /** @type {Record<string, string>} */
  let states = {}
  for (const round of [
    { judges: area.tests, budgetMs: 1000 * seconds },
    { judges: area.far, budgetMs: 4000 * seconds },
  ]) {
    const { judges, budgetMs } = round
    if (judges === undefined) continue
    const tests = filesOf('test').flatMap((path) => (path.endsWith('.test.ts') && judges.test(path) ? [join(folder, path)] : []))
    console.log(`${name}: ${mutants.length} of ${all.length} mutants, ${tests.length} files of tests`)
    states = Object.fromEntries(Object.entries(states).filter(([, state]) => state !== 'Survived' && state !== 'NoCoverage'))
    for (let running; ; states[running] = 'Timeout') {
      writeFileSync(plan, JSON.stringify({ tests, mutants: mutants.map(({ id }) => ({ id })), states, result, budgetMs }))
      rmSync(result, { force: true })
      await judge(folder, plan, result)
      ;({ states, running } = JSON.parse(readFileSync(result, 'utf8')))
      // A loop without an end, in which nothing else is heard: the next judge goes on behind it.
      if (running === undefined) break
    }
  }
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

/**
 * @param {string} folder
 * @param {string} plan
 * @param {string} result
 * @returns {Promise<void>} when the judge ends, or is made to because nothing was heard for a minute and a half
 */
function judge(folder, plan, result) {
  const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', folder, '--config', join(home, 'judge.config.ts')]
  // With a group of its own, so that its worker ends with it.
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, MUTATION_PLAN: plan },
    stdio: 'inherit',
    detached: true,
  })
  const end = () => child.exitCode === null && child.signalCode === null && process.kill(-(child.pid ?? fail('no judge')), 'SIGKILL')
  const watch = setInterval(() => existsSync(result) && Date.now() - statSync(result).mtimeMs > 90_000 && end(), 5000)
  process.once('exit', end)
  return new Promise((resolve) => {
    child.once('close', () => {
      clearInterval(watch)
      process.off('exit', end)
      resolve()
    })
  })
}

/** @returns {string} its row of the table */
function lua() {
  const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', join(home, 'lua.config.ts')]
  run(process.execPath, args, root, { MUTATION_ONE_IN: String(oneIn) })
  return readFileSync(join(cache, 'lua.row'), 'utf8')
}

/** @param {import('./mutation/sandbox.js').Mutant} mutant */
function isInSample({ fileName, mutatorName, replacement, location }) {
  const name = JSON.stringify([SEED, fileName, mutatorName, replacement, location])
  return createHash('sha256').update(name).digest().readUInt32BE() % oneIn === 0
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
 * @param {string} flag
 * @param {number} otherwise
 * @returns {number}
 */
function figure(flag, otherwise) {
  const start = `--${flag}=`
  return Number(flags.find((word) => word.startsWith(start))?.slice(start.length) ?? otherwise)
}

/**
 * @param {string} why
 * @returns {never}
 */
function fail(why) {
  console.error(`express-otp: ${why}`)
  process.exit(1)
}
