import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { hasPostgres } from './postgres-server.js'
import { hasRedis } from './redis-server.js'
import { resp } from './resp.js'
import { sharedPostgres, sharedRedis, sharedRedisCluster } from './shared-servers.js'

describe.skipIf(!hasRedis)('shared Redis', () => {
  it('is one server, whoever asks', async () => {
    const [one, two] = await Promise.all([sharedRedis(), sharedRedis()])
    expect(one).toBe(two)
    expect(await resp(Number(new URL(one).port), 'PING')).toBe('PONG')
  })

  it('is also there as a cluster of three', async () => {
    const urls = await sharedRedisCluster()
    const infos = await Promise.all(urls.map((url) => resp(Number(new URL(url).port), 'CLUSTER', 'INFO')))
    expect(infos.map((info) => info.includes('cluster_state:ok'))).toEqual([true, true, true])
  })
})

describe.skipIf(!hasPostgres)('shared PostgreSQL', () => {
  it('takes queries', async () => {
    const client = new pg.Client({ connectionString: await sharedPostgres() })
    await client.connect()
    const { rows } = await client.query('select 1 as one')
    await client.end()
    expect(rows).toEqual([{ one: 1 }])
  })
})
