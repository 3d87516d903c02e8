import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../helpers/source-files.js'

/** What one run of `express-otp` said. */
export interface Run {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** Runs the program that the package brings, as its users do. */
export function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const { NODE_ENV: _tests, ...inherited } = process.env
  const child = spawn(process.execPath, [join(root, 'dist/doctor/cli.js'), ...args], { cwd: root, env: { ...inherited, ...env } })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, out, err })))
}
