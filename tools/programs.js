// The servers that the tests run against, and how a bare Debian machine gets them. The browser needs nothing: it comes through npm.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {{ readonly name: string, readonly debian: string, readonly present: () => boolean }} Program */

/** @type {readonly Program[]} */
const programs = [
  { name: 'Redis', debian: 'redis-server', present: () => onPath('redis-server') },
  { name: 'PostgreSQL', debian: 'postgresql', present: () => onPath('initdb') || inDebianFolder('/usr/lib/postgresql', 'bin/initdb') },
]

/**
 * Installs what is missing where that is allowed: as root, with apt-get. Elsewhere says what to install; the tests that need it are
 * skipped then.
 * @param {(line: string) => void} say
 */
export function ensurePrograms(say) {
  const missing = programs.filter((program) => !program.present())
  if (missing.length === 0) return
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    const packages = missing.map(({ debian }) => debian)
    say(`installing ${packages.join(', ')}`)
    // A list that is out of date names packages that are gone; a fresh image has no list at all.
    aptGet('update', '-qq')
    aptGet('install', '-y', '-qq', '--no-install-recommends', ...packages)
  }
  for (const { name, debian, present } of missing) {
    if (!present()) say(`${name} is missing, tests that need it are skipped: install the package ${debian}`)
  }
}

/** @param {readonly string[]} args */
function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env })
}

/**
 * @param {string} program
 * @returns {boolean}
 */
function onPath(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, program)))
}

/**
 * @param {string} folder
 * @param {string} program
 * @returns {boolean}
 */
function inDebianFolder(folder, program) {
  return existsSync(folder) && readdirSync(folder).some((version) => existsSync(join(folder, version, program)))
}
