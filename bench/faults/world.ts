import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type RedisCluster, startRedisCluster } from '../../test/helpers/redis-cluster.js'
import { type RedisServer, startRedis } from '../../test/helpers/redis-server.js'
import { startTcpProxy, type TcpProxy } from '../../test/helpers/tcp-proxy.js'
import { type Post, startPost } from './post.js'

/** What an app process is told. */
export interface WorkerSettings {
  readonly redis: string
  readonly cluster?: readonly string[] | undefined
  readonly vendor: string
  readonly smtp: string
  readonly waitForReplicas?: number | undefined
}

/** What a fault needs. */
export interface WorldOptions {
  /** Three masters in the place of one server. */
  readonly isCluster?: boolean | undefined
  readonly waitForReplicas?: number | undefined
  /** How far the clock of the second app process is ahead. */
  readonly clockAheadMs?: number | undefined
}

/** One of the app's processes. */
export interface AppProcess {
  readonly url: string
  /** SIGKILL. */
  kill(): Promise<void>
}

/** Two processes of one app, and everything that they lean on, each behind a proxy. */
export interface World {
  readonly redis: RedisServer
  readonly cluster: RedisCluster | undefined
  /** In front of {@link World.redis}. */
  readonly line: TcpProxy
  /** In front of the vendor of text messages, and of the mail server. */
  readonly vendorLine: TcpProxy
  readonly mailLine: TcpProxy
  readonly post: Post
  readonly apps: AppProcess[]
  startApp(): Promise<AppProcess>
  /** Ends with the world, first. */
  ends(end: () => Promise<unknown>): void
  stop(): Promise<void>
}

/** Starts it all. */
export async function openWorld({ isCluster = false, waitForReplicas, clockAheadMs = 0 }: WorldOptions): Promise<World> {
  const ends: (() => Promise<unknown>)[] = []
  const kept = <T extends { stop(): Promise<unknown> }>(one: T): T => {
    ends.unshift(() => one.stop())
    return one
  }
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0)) await end()
  }
  try {
    const redis = kept(await startRedis({ args: ['--repl-diskless-sync-delay', '0', '--maxmemory-policy', 'noeviction'] }))
    const cluster = isCluster ? kept(await startRedisCluster()) : undefined
    const post = kept(await startPost())
    const line = kept(await startTcpProxy(redis.port))
    const vendorLine = kept(await startTcpProxy(post.vendorPort))
    const mailLine = kept(await startTcpProxy(post.mailPort))
    const settings: WorkerSettings = {
      redis: `redis://127.0.0.1:${line.port}`,
      cluster: cluster?.nodes.map(({ url }) => url),
      vendor: `http://127.0.0.1:${vendorLine.port}/`,
      smtp: `smtp://127.0.0.1:${mailLine.port}`,
      waitForReplicas,
    }
    const startApp = async (aheadMs = 0): Promise<AppProcess> => {
      const app = await startWorker(settings, aheadMs)
      ends.unshift(app.kill)
      return app
    }
    const apps = await Promise.all([startApp(), startApp(clockAheadMs)])
    return { redis, cluster, line, vendorLine, mailLine, post, apps, startApp, ends: (end) => void ends.unshift(end), stop }
  } catch (err) {
    await stop()
    throw err
  }
}

async function startWorker(settings: WorkerSettings, aheadMs: number): Promise<AppProcess> {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(new URL('./worker.js', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, SETTINGS: JSON.stringify(settings), CLOCK_AHEAD_MS: String(aheadMs) },
  })
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000)
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const port = await Promise.race([
    new Promise((resolve) => child.once('message', resolve)),
    gone.then(() => {
      throw new Error(`the app ended: ${complaints}`)
    }),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
