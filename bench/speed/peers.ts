import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'

/** Installs what express-otp is measured against, into a folder of its own, where it is not there yet. */
export function installPeers(): void {
  const installed = 'bench/peers/node_modules/.package-lock.json'
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync('bench/peers/package-lock.json').mtimeMs) return
  console.error('installing the peers into bench/peers')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: 'bench/peers', stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('the peers could not be installed')
}
