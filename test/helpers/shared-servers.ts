import { inject } from 'vitest'

/**
 * URL of the Redis server that all test files of a run share: use a key prefix of your own, never flush, never count all keys. For
 * faults start one of your own with `startRedis`. Guard with `describe.skipIf(!hasRedis)`.
 */
export async function sharedRedis(): Promise<string> {
  return only(await ask('redis'))
}

/** URLs of the three nodes of the shared Redis Cluster; the same manners as for {@link sharedRedis}. */
export async function sharedRedisCluster(): Promise<readonly string[]> {
  return await ask('cluster')
}

/** Connection string of the shared PostgreSQL: use tables of your own. Guard with `describe.skipIf(!hasPostgres)`. */
export async function sharedPostgres(): Promise<string> {
  return only(await ask('postgres'))
}

/** Each is asked for once in a file: a connection would be closed before a test that blocks its process comes back. */
const asked = new Map<string, Promise<readonly string[]>>()

function ask(what: string): Promise<readonly string[]> {
  const known = asked.get(what) ?? askDesk(what)
  asked.set(what, known)
  return known
}

async function askDesk(what: string): Promise<readonly string[]> {
  const res = await fetch(`${inject('sharedServers')}/${what}`)
  if (!res.ok) throw new Error(await res.text())
  // Our own desk in global-setup.ts answers nothing else.
  return (await res.json()) as string[]
}

function only(urls: readonly string[]): string {
  const [url] = urls
  if (url === undefined) throw new Error('no server')
  return url
}
