import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type Server } from 'node:net'

/** A program that listens on a port of this machine for the length of a test. */
export interface ServerProcess {
  /** Process id of the program itself. */
  readonly pid: number
  /** False once the program has ended. */
  running(): boolean
  /** What the program has written so far, for error messages. */
  output(): string
  signal(name: NodeJS.Signals): void
  /** Kills it at once, and resolves when it is gone. */
  kill(): Promise<void>
}

interface SpawnOptions {
  readonly cwd?: string | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
}

/**
 * The shell script between us and the program. It reads a pipe that only we hold open: however a test process dies, SIGKILL included,
 * the pipe closes and the program goes with it. No server is ever left behind.
 */
export const keeper = `exec 3<&0
"$@" 3<&- </dev/null 1>&2 &
program=$!
echo $program
{ cat <&3 >/dev/null; kill -9 $program; } 2>/dev/null &
watcher=$!
wait $program 2>/dev/null
kill $watcher 2>/dev/null`

/** Starts a program that dies with this process. Rejects where it cannot be started. */
export async function spawnServer(program: string, args: readonly string[], options: SpawnOptions = {}): Promise<ServerProcess> {
  const shell = spawn('sh', ['-c', keeper, 'sh', program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  })
  let output = ''
  shell.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-4000)
  })
  let running = true
  const gone = new Promise<void>((resolve) => {
    shell.once('exit', () => {
      running = false
      shell.stdin.destroy()
      resolve()
    })
  })
  const pid = await firstNumber(shell)
  return {
    pid,
    running: () => running,
    output: () => output,
    signal: (name) => {
      process.kill(pid, name)
    },
    kill: async () => {
      shell.stdin.end()
      await gone
    },
  }
}

function firstNumber(shell: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    shell.once('error', reject)
    shell.once('exit', () => reject(new Error('the program could not be started')))
    shell.stdout?.once('data', (line: Buffer) => resolve(Number.parseInt(line.toString(), 10)))
  })
}

/** Ports of 127.0.0.1 that are free now, all different. Somebody may take them before we do: try again then. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listening()))
  const ports = servers.map(({ port }) => port)
  await Promise.all(servers.map(({ server }) => new Promise((resolve) => server.close(resolve))))
  return ports
}

function listening(): Promise<{ readonly server: Server; readonly port: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address !== null && typeof address === 'object') resolve({ server, port: address.port })
    })
  })
}

interface Patience {
  /** Default 20. */
  readonly seconds?: number | undefined
  readonly alive?: (() => boolean) | undefined
}

/** Asks `ready` until it says yes; a throw counts as no. Rejects after `seconds`, or as soon as `alive` says no. */
export async function until(what: string, ready: () => Promise<boolean>, options: Patience = {}): Promise<void> {
  const deadline = performance.now() + (options.seconds ?? 20) * 1000
  let last: unknown
  while (performance.now() < deadline) {
    try {
      if (await ready()) return
    } catch (err) {
      last = err
    }
    if (options.alive?.() === false) throw new Error(`${what}: the program ended`, { cause: last })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`${what}: not within ${options.seconds ?? 20} s`, { cause: last })
}
