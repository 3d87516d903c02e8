import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RedisCluster, startRedisCluster } from './redis-cluster.js'
import { hasRedis, type RedisServer } from './redis-server.js'

describe.skipIf(!hasRedis)('startRedisCluster', () => {
  let cluster: RedisCluster

  beforeAll(async () => {
    cluster = await startRedisCluster()
  })

  afterAll(async () => {
    await cluster.stop()
  })

  it('spreads the slots over three masters', async () => {
    // Slots of these keys: 15495, 3300, 7365.
    const keys = ['a', 'b', 'c']
    const homes = await Promise.all(keys.map((key) => holders(cluster.nodes, key)))
    expect(homes).toEqual([[2], [0], [1]])
  })

  it('refuses keys of different slots in one script, as a real cluster does', async () => {
    const script = 'return 1'
    const refused = cluster.nodes.map((node) => node.command('EVAL', script, '2', 'a', 'b'))
    expect((await Promise.allSettled(refused)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await expect(cluster.nodes[0]?.command('EVAL', script, '2', 'a', 'b')).rejects.toThrow('CROSSSLOT')
  })
})

async function holders(nodes: readonly RedisServer[], key: string): Promise<number[]> {
  const answers = await Promise.allSettled(nodes.map((node) => node.command('SET', key, '1')))
  return answers.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []))
}
