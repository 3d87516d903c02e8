import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { spawnServer, until } from './server-process.js'

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))

/** One copy of an app in a process of its own. */
export interface DemoProcess {
  readonly url: string
  output(): string
  stop(): Promise<void>
}

const DEMO_SECRETS: Readonly<Record<string, string>> = {
  OTP_SECRET: 'the secret of one-time codes, for tests only',
  SESSION_SECRET: 'the secret of sessions, for tests only',
}

/** Builds the package if src is newer: the demo runs on what users get. */
export function buildPackage(): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path('tools/build.js'), '--if-stale'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the package cannot be built: ${stdout}${stderr}`)
}

/** Starts the login example as `npm run demo` does, on a free port. With `REDIS_URL` several copies act as one. */
export function startDemo(env: Readonly<Record<string, string>> = {}): Promise<DemoProcess> {
  return startProgram('examples/login/server.js', { ...DEMO_SECRETS, ...env })
}

/** Starts another example, `server.js` in its folder, on a free port. */
export function startExample(name: string): Promise<DemoProcess> {
  return startProgram(`examples/${name}/server.js`, DEMO_SECRETS)
}

/** Starts the app that keeps its codes in `req.session`, in the way of tutorials. */
export function startHandWritten(redisUrl: string): Promise<DemoProcess> {
  return startProgram('test/helpers/hand-written-app.js', { REDIS_URL: redisUrl })
}

/** Starts the app of skewed-app.js: `CLOCK_AHEAD_SECONDS`, `STORE_AHEAD_SECONDS`, `REDIS_URL`, `VENDOR_URL`. */
export function startSkewed(env: Readonly<Record<string, string>>): Promise<DemoProcess> {
  return startProgram('test/helpers/skewed-app.js', env)
}

async function startProgram(program: string, env: Readonly<Record<string, string>>): Promise<DemoProcess> {
  const settings = Object.entries({ PORT: '0', ...env }).map(([name, value]) => `${name}=${value}`)
  const server = await spawnServer('env', [...settings, process.execPath, path(program)])
  const address = (): string | undefined => /http:\/\/127\.0\.0\.1:\d+/.exec(server.output())?.[0]
  try {
    await until(program, async () => address() !== undefined, { alive: server.running, seconds: 30 })
  } catch (err) {
    await server.kill()
    throw new Error(`${program} did not start: ${server.output()}`, { cause: err })
  }
  return { url: address() ?? '', output: server.output, stop: server.kill }
}
