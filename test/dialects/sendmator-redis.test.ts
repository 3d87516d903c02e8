import { randomUUID } from 'node:crypto'
import { redisStore } from 'express-otp/stores/redis'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { VerifiedContact } from '../../src/dialects/sendmator.js'
import { hasRedis } from '../helpers/redis-server.js'
import { nodeRedis, nodeRedisCluster, openShared } from '../stores/redis-clients.js'
import * as wire from './fixtures/sendmator.js'
import { type Bench, bench, type Heard, MAIL, PHONE, wrong } from './sendmator-bench.js'

const byBoth = { channels: ['email', 'sms'], recipients: { email: MAIL, sms: PHONE }, add_contact: true }

describe.skipIf(!hasRedis).each([nodeRedis, nodeRedisCluster])('two copies of a host over $name', (kind) => {
  /** Two of everything but the store; its own clock rules, so nothing here waits. */
  async function pair(): Promise<{ contacts: VerifiedContact[]; copies: readonly [Bench, Bench] }> {
    const prefix = `sendmator-${randomUUID()}`
    const contacts: VerifiedContact[] = []
    const copy = async (): Promise<Bench> => {
      const { client, close } = await openShared(kind)
      onTestFinished(close)
      const clock = { now: () => Date.now() }
      return bench({
        dialect: { onContact: (contact) => void contacts.push(contact) },
        otp: { store: redisStore({ client, prefix }), clock },
      })
    }
    return { contacts, copies: [await copy(), await copy()] }
  }
  const both = (copies: readonly [Bench, Bench], body: object): Promise<readonly Heard[]> =>
    Promise.all(Array.from({ length: 50 }, (_, index) => copies[index % 2 === 0 ? 0 : 1].ask('verify', body)))

  it('T22 let one of 50 equal verifies complete a session, and store one contact', async () => {
    const { contacts, copies } = await pair()
    const { body } = await copies[0].ask('send', byBoth)
    const heard = await both(copies, { token: body.session_token, otps: { sms: copies[0].outboxes.sms.code() } })
    expect(heard.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { body } of heard.filter(({ status }) => status !== 200)) expect(body).toEqual(wire.ALREADY)
    expect(contacts).toHaveLength(1)
  })

  it('T02 compare as many of 50 simultaneous wrong codes as there are attempts', async () => {
    const { copies } = await pair()
    const { body } = await copies[0].ask('send', byBoth)
    const heard = await both(copies, { token: body.session_token, otps: { sms: wrong(copies[0].outboxes.sms.code()) } })
    const told = heard.filter(({ status }) => status === 200).map((one) => one.body.attempts_remaining)
    expect(told.toSorted()).toEqual([0, 1, 2])
  })

  it('complete together what one of them sent', async () => {
    const { copies } = await pair()
    const { body } = await copies[0].ask('send', { ...byBoth, config: { verification_mode: 'all' }, metadata: { note: 'kept' } })
    const otps = { email: copies[0].outboxes.email.code(), sms: copies[0].outboxes.sms.code() }
    const right = await copies[1].ask('verify', { token: body.session_token, otps })
    expect(right.body).toMatchObject({ session_verified: true, metadata: { note: 'kept' } })
  })
})
