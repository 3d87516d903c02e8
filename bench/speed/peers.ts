import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'

const LOCK = 'bench/peers/package-lock.json'
/** A copy of the lock file that was installed from. */
const INSTALLED = 'bench/peers/node_modules/.installed.json'

/** Installs what express-otp is measured against, into a folder of its own, where it is not there yet. */
export function installPeers(): void {
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === readFileSync(LOCK, 'utf8')) return
  console.error('installing the peers into bench/peers')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: 'bench/peers', stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('the peers could not be installed')
  copyFileSync(LOCK, INSTALLED)
}
