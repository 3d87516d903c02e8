import { afterEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/ports/store.js'
import { redisStore } from '../../src/stores/redis.js'
import { FREE, guess, issueRequest, RIGHT, WRONG } from '../../src/testing/contract/bench.js'
import { hasRedis, startRedis } from '../helpers/redis-server.js'
import { until } from '../helpers/server-process.js'
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.js'
import { type ClientKind, ioredis, nodeRedis } from './redis-clients.js'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const UNAVAILABLE = { code: 'ERR_OTP_STORE', status: 503 }

async function scene(kind: ClientKind): Promise<{ readonly store: Store; readonly line: TcpProxy }> {
  const redis = await startRedis()
  const line = await startTcpProxy(redis.port)
  const { client, close } = await kind.open([`redis://127.0.0.1:${line.port}`])
  const store = redisStore({ client, deadlineSeconds: 0.4 })
  ends.push(redis.stop, line.stop, close, store.close)
  return { store, line }
}

async function pending(store: Store) {
  const request = { ...issueRequest({ limits: FREE }), grantSeconds: 60 }
  expect((await store.issue(request)).outcome).toBe('issued')
  return {
    verify: (code: string) => store.verify({ ...request, guesses: [guess(code)] }),
    redeem: () => store.redeem({ ...request, maxAgeSeconds: 60, once: true }),
  }
}

describe.skipIf(!hasRedis).each([nodeRedis, ioredis])('redisStore on $name, whose answers are lost after execution', (kind) => {
  it('T59 takes a right code at most once, charges at least what was compared, and spends a grant at most once', async () => {
    const { line, store } = await scene(kind)
    const [right, wrong, granted] = [await pending(store), await pending(store), await pending(store)]
    // So that the server knows every script: what has to be sent again is not sent after the deadline.
    expect((await (await pending(store)).verify(WRONG)).outcome).toBe('wrong')
    expect((await (await pending(store)).redeem()).outcome).toBe('gone')
    expect((await granted.verify(RIGHT)).outcome).toBe('verified')

    await line.set('swallow')
    const lost = [right.verify(RIGHT), wrong.verify(WRONG), granted.redeem()]
    for (const call of await Promise.allSettled(lost)) expect(call).toMatchObject({ status: 'rejected', reason: UNAVAILABLE })
    await line.set('flow')

    await until('the client', async () => (await wrong.verify(WRONG)).outcome === 'wrong')
    const after = await wrong.verify(WRONG)
    // ioredis repeats what was under way: a guess is then charged twice, never not at all.
    expect(after).toMatchObject({ outcome: 'wrong' })
    if (after.outcome === 'wrong') expect(after.attemptsLeft).toBeLessThanOrEqual(2)
    expect((await right.verify(RIGHT)).outcome).toBe('gone')
    expect((await granted.redeem()).outcome).toBe('gone')
  })
})
