import { randomUUID } from 'node:crypto'
import { redisStore } from 'express-otp/stores/redis'
import { describe, expect, it } from 'vitest'
import { useRedisClient } from '../helpers/redis-client.js'
import { hasRedis } from '../helpers/redis-server.js'
import { ANN, openNative, wrong } from './native-door.js'

describe.skipIf(!hasRedis)('our own JSON over Redis, in two processes', () => {
  const client = useRedisClient()

  it('T70 delivers once of 50 requests with one idempotency key, and T02 compares 5 of 50 guesses', async () => {
    const otp = { secret: `${randomUUID()} of one application, long enough`, store: redisStore({ client: client() }) }
    const doors = [await openNative({ otp }), await openNative({ otp: { ...otp, store: redisStore({ client: client() }) } })]
    const delivered = () => doors.flatMap(({ outboxes }) => outboxes.sms.messages)
    const each = <T>(run: (door: (typeof doors)[number]) => Promise<T>): Promise<T[]> =>
      Promise.all(Array.from({ length: 25 }, () => doors.map(run)).flat())

    const once = { 'Idempotency-Key': 'race' }
    const sends = await each(({ post }) => post('send', { to: ANN, channel: 'sms', metadata: { order: 'A-17' } }, once))
    expect(delivered()).toHaveLength(1)
    expect(sends.every(({ status }) => status === 200 || status === 409)).toBe(true)
    const again = await Promise.all(doors.map(({ post }) => post('send', { to: ANN, channel: 'sms', metadata: { order: 'A-17' } }, once)))
    expect(again.map(({ headers }) => headers.get('idempotent-replayed'))).toEqual(['true', 'true'])
    const { id } = again[0]?.body ?? {}

    const code = delivered()[0]?.code ?? ''
    const guesses = await each(({ post }) => post('verify', { id, code: wrong(code) }))
    const reasons = guesses.map(({ body }) => body.reason)
    expect(reasons.filter((reason) => reason === 'invalid_code').length).toBeLessThanOrEqual(5)
    expect(new Set(reasons)).toEqual(new Set(['invalid_code', 'too_many_attempts']))
    for (const { post } of doors) expect((await post('verify', { id, code })).status).toBe(429)
  })
})
