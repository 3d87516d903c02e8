import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, type ServerProcess, spawnServer, until } from './server-process.js'

const programs = findPrograms()

/** True where this machine has PostgreSQL's server programs: `describe.skipIf(!hasPostgres)`. */
export const hasPostgres: boolean = programs !== undefined

export interface PostgresServer {
  readonly port: number
  /** Connection string of an empty database, for its superuser. */
  readonly url: string
  readonly pid: number
  /** SIGSTOP to the server; sessions that are open go on. */
  pause(): void
  /** SIGCONT. */
  resume(): void
  /** Ends the server and removes its data. */
  stop(): Promise<void>
}

/**
 * Starts a PostgreSQL server of its own on a free port of 127.0.0.1, with its data in a folder of its own, and waits until it
 * answers. It never syncs to disk. It refuses to run as root, so root becomes the user `postgres`, or `nobody`.
 */
export async function startPostgres(): Promise<PostgresServer> {
  if (programs === undefined) throw new Error('PostgreSQL is not installed')
  const user = process.getuid?.() === 0 ? lesserUser() : undefined
  const dir = await mkdtemp(join(tmpdir(), 'otp-postgres-'))
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true })
  try {
    if (user !== undefined) await chown(dir, user.uid, user.gid)
    const data = join(dir, 'data')
    const setUp = spawnSync(
      join(programs, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
      { cwd: dir, ...user },
    )
    if (setUp.status !== 0) throw new Error(`initdb failed: ${setUp.stderr}`)
    const [port, server] = await onSomePort(join(programs, 'postgres'), dir, user)
    return {
      port,
      url: `postgres://postgres@127.0.0.1:${port}/postgres`,
      pid: server.pid,
      pause: () => server.signal('SIGSTOP'),
      resume: () => server.signal('SIGCONT'),
      stop: async () => {
        // An immediate shutdown, so that the server's own children go with it.
        server.signal('SIGCONT')
        server.signal('SIGQUIT')
        await until('the end of postgres', () => Promise.resolve(!server.running()))
        await server.kill()
        await remove()
      },
    }
  } catch (err) {
    await remove()
    throw err
  }
}

interface User {
  readonly uid: number
  readonly gid: number
}

async function onSomePort(program: string, dir: string, user: User | undefined): Promise<[number, ServerProcess]> {
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${dir}`,
  ]
  const args = ['-D', join(dir, 'data'), ...settings.flatMap((setting) => ['-c', setting])]
  for (let tries = 1; ; tries++) {
    const [port = 0] = await freePorts(1)
    const server = await spawnServer(program, [...args, '-p', String(port)], { cwd: dir, ...user })
    try {
      await until('postgres', () => accepts(port), { alive: server.running })
      return [port, server]
    } catch (err) {
      await server.kill()
      if (tries === 3) throw new Error(`postgres did not start: ${server.output()}`, { cause: err })
    }
  }
}

/** Opens a session by hand: the first byte back is `R` once the server takes sessions, `E` while it starts. */
function accepts(port: number): Promise<boolean> {
  const parameters = Buffer.from('\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1')
  const length = Buffer.alloc(4)
  length.writeInt32BE(parameters.length + 4)
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.setTimeout(2000, () => socket.destroy(new Error('no answer within 2 s')))
    socket.once('error', reject)
    socket.once('close', () => resolve(false))
    socket.once('connect', () => socket.write(Buffer.concat([length, parameters])))
    socket.once('data', (answer: Buffer) => {
      resolve(answer[0] === 'R'.charCodeAt(0))
      socket.destroy()
    })
  })
}

/** Folder of `postgres` and `initdb`: Debian keeps them off the path, one folder for each version. */
function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env.PATH ?? '').split(':')]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

function lesserUser(): User {
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => [line.split(':')[0], line.split(':')]),
  )
  const fields = users.get('postgres') ?? users.get('nobody')
  if (fields === undefined) throw new Error('there is no user but root to run PostgreSQL')
  return { uid: Number(fields[2]), gid: Number(fields[3]) }
}
