import { afterEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/ports/store.js'
import { redisStore } from '../../src/stores/redis.js'
import { FREE, guess, issueRequest, RIGHT, WRONG } from '../../src/testing/contract/bench.js'
import { hasRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { until } from '../helpers/server-process.js'
import { startTcpProxy } from '../helpers/tcp-proxy.js'
import { type ClientKind, ioredis, nodeRedis } from './redis-clients.js'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

interface Scene {
  /** Answers what the master has decided. */
  readonly plain: Store
  /** Answers what the replica has too. */
  readonly careful: Store
  /** From now on the replica hears nothing of what the master writes. */
  cut(): Promise<void>
  /** The master dies, the replica is promoted and gets a replica of its own, and the client finds it where the master was. */
  failOver(): Promise<void>
}

async function server(...args: readonly string[]): Promise<RedisServer> {
  const redis = await startRedis({ args: ['--repl-diskless-sync-delay', '0', ...args] })
  ends.push(redis.stop)
  return redis
}

async function replicaOf(port: number): Promise<RedisServer> {
  const replica = await server('--replicaof', '127.0.0.1', String(port))
  await until('the replica', async () => (await replica.command('INFO', 'replication')).includes('master_link_status:up'))
  return replica
}

async function scene(kind: ClientKind): Promise<Scene> {
  const master = await server()
  const [link, line] = [await startTcpProxy(master.port), await startTcpProxy(master.port)]
  ends.push(link.stop, line.stop)
  const replica = await replicaOf(link.port)
  const { client, close } = await kind.open([`redis://127.0.0.1:${line.port}`])
  ends.push(close)
  const plain = redisStore({ client, deadlineSeconds: 1 })
  const careful = redisStore({ client, waitForReplicas: 1, deadlineSeconds: 1 })
  ends.push(plain.close, careful.close)
  return {
    plain,
    careful,
    cut: () => link.set('hold'),
    async failOver() {
      await master.kill()
      await replica.command('REPLICAOF', 'NO', 'ONE')
      line.retarget(replica.port)
      await replicaOf(replica.port)
      const nobody = issueRequest({ limits: FREE })
      await until('the client', async () => (await careful.issue(nobody)).outcome === 'issued')
    },
  }
}

async function pending(store: Store) {
  const request = { ...issueRequest({ limits: FREE }), grantSeconds: 0 }
  expect((await store.issue(request)).outcome).toBe('issued')
  return (code: string, at: Store) => at.verify({ ...request, guesses: [guess(code)] })
}

const UNAVAILABLE = { code: 'ERR_OTP_STORE', status: 503 }

describe.skipIf(!hasRedis).each([nodeRedis, ioredis])('redisStore on $name, after a failover to a replica', (kind) => {
  it('T56 has forgotten what the replica did not hear: a code is lost, a charge is free, a used code is good again', async () => {
    const { careful, cut, failOver, plain } = await scene(kind)
    const [guessed, used] = [await pending(careful), await pending(careful)]
    await cut()
    const sent = await pending(plain)
    expect(await guessed(WRONG, plain)).toMatchObject({ outcome: 'wrong', attemptsLeft: 4 })
    expect((await used(RIGHT, plain)).outcome).toBe('verified')
    await failOver()
    expect((await sent(RIGHT, plain)).outcome).toBe('gone')
    expect(await guessed(WRONG, plain)).toMatchObject({ outcome: 'wrong', attemptsLeft: 4 })
    expect((await used(RIGHT, plain)).outcome).toBe('verified')
  })

  it('T56 T59 with waitForReplicas remembers whatever it answered, and answers nothing that the replica did not hear', async () => {
    const { careful, cut, failOver } = await scene(kind)
    const [early, late, guessed, used] = [await pending(careful), await pending(careful), await pending(careful), await pending(careful)]
    expect((await early(RIGHT, careful)).outcome).toBe('verified')
    expect(await guessed(WRONG, careful)).toMatchObject({ outcome: 'wrong', attemptsLeft: 4 })
    await cut()
    await expect(pending(careful)).rejects.toMatchObject(UNAVAILABLE)
    await expect(guessed(WRONG, careful)).rejects.toMatchObject(UNAVAILABLE)
    await expect(used(RIGHT, careful)).rejects.toMatchObject(UNAVAILABLE)
    await failOver()
    expect((await early(RIGHT, careful)).outcome).toBe('gone')
    expect(await guessed(WRONG, careful)).toMatchObject({ outcome: 'wrong', attemptsLeft: 3 })
    // Nobody was told that these were used, and each is good for one login.
    for (const code of [used, late]) {
      expect((await code(RIGHT, careful)).outcome).toBe('verified')
      expect((await code(RIGHT, careful)).outcome).toBe('gone')
    }
  })
})
