import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onCpu } from './cpus.js'
import type { Question, Target } from './targets.js'

/** A target that serves. */
export interface RunningTarget {
  readonly port: number
  /** Microseconds of processor time that its process has used. */
  cpu(): Promise<number>
  /** Bytes of its heap after a collection; needs `collects`. */
  heap(): Promise<number>
  /** The codes that were sent to these addresses; each is told once. */
  codes(of: readonly string[]): Promise<readonly (string | null)[]>
  stop(): Promise<void>
}

/** How a target runs. */
export interface RunOptions {
  readonly redisUrl: string
  /** True for a process whose memory is measured: it forgets codes at once. */
  readonly collects?: boolean | undefined
  readonly maxEntries?: number | undefined
}

/** Starts a process of its own on the first processor. */
export async function startTarget(target: Target, { redisUrl, collects = false, maxEntries }: RunOptions): Promise<RunningTarget> {
  const script = fileURLToPath(new URL('./target.js', import.meta.url))
  const url = target.store === 'redis' && target.app !== 'bare' ? redisUrl : ''
  const words = [...(collects ? ['--expose-gc'] : []), script, target.app, url, collects ? 'no' : 'yes', maxEntries?.toString() ?? '']
  const [program, args] = onCpu(0, process.execPath, words)
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...process.env, NODE_ENV: 'production' } })
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000)
  })
  const gone = new Promise<never>((_, reject) => {
    child.once('exit', () => reject(new Error(`${target.name} ended: ${complaints}`)))
    child.once('error', reject)
  })
  // Awaited with every question.
  gone.catch(() => undefined)
  const next = (): Promise<unknown> => Promise.race([new Promise((resolve) => child.once('message', resolve)), gone])
  const { port } = (await next()) as { readonly port: number }
  // One question at a time; the answers are those of `target.ts`.
  const ask = <T>(question: Question): Promise<T> => {
    const answer = next()
    child.send(question)
    return answer as Promise<T>
  }
  return {
    port,
    cpu: () => ask({ ask: 'cpu' }),
    heap: () => ask({ ask: 'heap' }),
    codes: (of) => ask({ ask: 'codes', of }),
    async stop() {
      child.kill('SIGKILL')
      await gone.catch(() => undefined)
    },
  }
}
