import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Held, Question, Told } from './worker.js'

/** The login example, running. */
export interface AppProcess {
  readonly port: number
  ask(question: Question): Promise<Held>
  /** The newest code that was sent to this address, once. */
  takeCode(to: string): string | undefined
  stop(): Promise<void>
}

/** Starts the login example; in memory where `redisUrl` is empty. */
export async function startApp(redisUrl: string): Promise<AppProcess> {
  const script = fileURLToPath(new URL('./worker.js', import.meta.url))
  const env = { ...process.env, NODE_ENV: 'production' }
  const child = spawn(process.execPath, ['--expose-gc', script, redisUrl], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env })
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000)
  })
  const gone = new Promise<never>((_, reject) => {
    child.once('exit', () => reject(new Error(`the app ended: ${complaints}`)))
  })
  // Awaited with every question.
  gone.catch(() => undefined)
  const codes = new Map<string, string>()
  const waiting: ((told: Told) => void)[] = []
  child.on('message', (told: Told) => {
    if ('code' in told) codes.set(told.to, told.code)
    else waiting.shift()?.(told)
  })
  const next = (): Promise<Told> => Promise.race([new Promise<Told>((resolve) => waiting.push(resolve)), gone])
  const first = await next()
  if (!('port' in first)) throw new Error('the app did not tell its port')
  return {
    port: first.port,
    async ask(question) {
      const answer = next()
      child.send(question)
      const told = await answer
      if (!('held' in told)) throw new Error('the app told something else')
      return told.held
    },
    takeCode(to) {
      const code = codes.get(to)
      codes.delete(to)
      return code
    },
    async stop() {
      child.kill('SIGKILL')
      await gone.catch(() => undefined)
    },
  }
}
