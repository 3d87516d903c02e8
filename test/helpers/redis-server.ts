import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resp } from './resp.js'
import { freePorts, type ServerProcess, spawnServer, until } from './server-process.js'

/** True where this machine has a `redis-server`: `describe.skipIf(!hasRedis)`. */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0

export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Process id of the server that runs now. */
  readonly pid: number
  /** Sends one command outside any client library; bulk, status and number replies come back as text. */
  command(...words: readonly string[]): Promise<string>
  /** SIGSTOP: connections stay open and are accepted, nothing answers. */
  pause(): void
  /** SIGCONT. */
  resume(): void
  /** Kills the server; its data are gone. */
  kill(): Promise<void>
  /** After {@link RedisServer.kill}: an empty server on the same port. */
  start(): Promise<void>
  /** Ends the server for good. */
  stop(): Promise<void>
}

export interface RedisServerOptions {
  /** More arguments for the program, e.g. `['--maxmemory', '2mb']`. */
  readonly args?: readonly string[] | undefined
}

/** Starts a Redis server of its own on a free port of 127.0.0.1, without persistence, and waits until it answers. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  let [port = 0, server] = await onSomePort(options)
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return server.pid
    },
    command: (...words) => resp(port, ...words),
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
    kill: () => server.kill(),
    start: async () => {
      if (server.running()) throw new Error('the server runs already')
      server = await onPort(port, options)
    },
    stop: () => server.kill(),
  }
}

async function onSomePort(options: RedisServerOptions): Promise<[number, ServerProcess]> {
  for (let tries = 1; ; tries++) {
    const [port = 0] = await freePorts(1)
    try {
      return [port, await onPort(port, options)]
    } catch (err) {
      if (tries === 3) throw err
    }
  }
}

async function onPort(port: number, options: RedisServerOptions): Promise<ServerProcess> {
  // Of each server its own: a replica writes what it was sent, and the next server in the same folder would begin with it.
  const dir = await mkdtemp(join(tmpdir(), 'otp-redis-'))
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    dir,
    ...(options.args ?? []),
  ]
  const started = await spawnServer('redis-server', settings)
  const server: ServerProcess = {
    ...started,
    async kill() {
      await started.kill()
      await rm(dir, { recursive: true, force: true })
    },
  }
  try {
    await until('redis-server', async () => (await resp(port, 'PING')) === 'PONG', { alive: server.running })
    // Somebody else's server on this port would answer as well.
    if (!(await resp(port, 'INFO', 'server')).includes(`process_id:${server.pid}\r\n`)) throw new Error('the port is taken')
  } catch (err) {
    await server.kill()
    throw new Error(`redis-server did not start: ${server.output()}`, { cause: err })
  }
  return server
}
