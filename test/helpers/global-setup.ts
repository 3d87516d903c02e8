import { createServer } from 'node:http'
import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres-server.js'
import { startRedisCluster } from './redis-cluster.js'
import { startRedis } from './redis-server.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the desk that starts shared servers when a test file first asks for one. */
    sharedServers: string
  }
}

interface Shared {
  readonly urls: readonly string[]
  stop(): Promise<void>
}

const starters: Readonly<Record<string, () => Promise<Shared>>> = {
  '/redis': async () => {
    const redis = await startRedis()
    return { urls: [redis.url], stop: redis.stop }
  },
  '/cluster': async () => {
    const cluster = await startRedisCluster()
    return { urls: cluster.nodes.map((node) => node.url), stop: cluster.stop }
  },
  '/postgres': async () => {
    const postgres = await startPostgres()
    return { urls: [postgres.url], stop: postgres.stop }
  },
}

/** Opens the desk behind `shared-servers.ts`: one server of each kind for a whole run, and only if somebody wants it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<string, Promise<Shared>>()
  const desk = createServer((req, res) => {
    const path = req.url ?? ''
    const start = starters[path]
    const shared = started.get(path) ?? start?.()
    if (shared === undefined) return res.writeHead(404).end()
    started.set(path, shared)
    return shared.then(
      ({ urls }) => res.end(JSON.stringify(urls)),
      (err: unknown) => res.writeHead(500).end(String(err)),
    )
  })
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve))
  const address = desk.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  project.provide('sharedServers', `http://127.0.0.1:${address.port}`)
  return async () => {
    desk.close()
    desk.closeAllConnections()
    await Promise.allSettled([...started.values()].map(async (shared) => (await shared).stop()))
  }
}
