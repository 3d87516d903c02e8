import { describe, expect, it } from 'vitest'
import { callerOf } from '../../src/session/caller.js'
import type { DoorRequest, SessionLike } from '../../src/session/state.js'

const REQUEST: DoorRequest = { headers: {}, ip: '192.0.2.1' }

function sessionOf(user: unknown): SessionLike {
  const session: SessionLike = { regenerate: () => undefined, save: () => undefined }
  Reflect.set(session, 'passport', { user })
  return session
}

describe('callerOf', () => {
  it('T43 knows the caller by session and connection alone', () => {
    const caller = callerOf({ ...REQUEST, body: { userId: 'eve', ip: '203.0.113.1' } }, undefined, {})
    expect(caller).toEqual({ tenant: '', userId: '', ip: '192.0.2.1' })
  })

  it.each<[unknown, string]>([
    ['ann', 'ann'],
    ['', ''],
    [7, '7'],
    [{ id: 7, name: 'Ann' }, '{"id":7,"name":"Ann"}'],
    [undefined, ''],
    [null, ''],
  ])('T17 takes from the session what Passport wrote there: %j', (user, userId) => {
    expect(callerOf(REQUEST, sessionOf(user), {}).userId).toBe(userId)
  })

  it.each<[unknown, string]>([
    [{ id: 'ann' }, 'ann'],
    [{ id: 7 }, '7'],
    [{ id: { nested: 1 } }, ''],
    [{}, ''],
    ['ann', 'ann'],
    [undefined, ''],
  ])('T17 takes the id of `req.user` where there is no Passport session: %j', (user, userId) => {
    expect(callerOf({ ...REQUEST, user }, undefined, {}).userId).toBe(userId)
  })

  it.each<[unknown, string]>([
    ['ann', 'ann'],
    [7, '7'],
    [undefined, ''],
    [null, ''],
    ['', ''],
  ])('T17 asks `currentUser` instead, where it is given: %j', (user, userId) => {
    const request = { ...REQUEST, user: { id: 'eve' } }
    expect(callerOf(request, sessionOf('eve'), { currentUser: () => user as string }).userId).toBe(userId)
  })

  it.each<unknown>([{ id: 'ann' }, ['ann'], true, Promise.resolve('ann'), Number.NaN, () => 'ann'])(
    'T17 does not make one user of all where `currentUser` returns what is no id: %j',
    (user) => {
      const policy = { currentUser: () => user as string }
      expect(() => callerOf(REQUEST, undefined, policy)).toThrow(
        expect.objectContaining({
          code: 'ERR_OTP_OPTION',
          message: expect.stringContaining('"currentUser" must return the id of the user'),
        }),
      )
    },
  )

  it('T53 refuses to count by an address that every client can choose', () => {
    const app = { get: (name: string) => name === 'trust proxy' }
    expect(() => callerOf({ ...REQUEST, app }, undefined, {})).toThrow(
      expect.objectContaining({ code: 'ERR_OTP_TRUST_PROXY', status: 500, message: expect.stringContaining('name your proxies') }),
    )
    expect(callerOf({ ...REQUEST, app }, undefined, { addressLimits: false }).ip).toBeUndefined()
  })

  it.each<unknown>([false, 1, 'loopback', '10.0.0.0/8', undefined])('T53 takes `req.ip` where `trust proxy` is %j', (setting) => {
    expect(callerOf({ ...REQUEST, app: { get: () => setting } }, undefined, {}).ip).toBe('192.0.2.1')
  })

  it.each<[object, string]>([
    [{ userId: 'ann' }, 'ann'],
    [{ userId: 7 }, '7'],
    [{ user: 'ann' }, 'ann'],
    [{ user: { id: 'ann' } }, 'ann'],
    [{ user: { id: { id: 'ann' } } }, ''],
    [{ user: '' }, ''],
  ])('T17 takes what an application without Passport keeps in the session: %j', (kept, userId) => {
    expect(callerOf(REQUEST, { ...sessionOf(undefined), ...kept }, {}).userId).toBe(userId)
  })
})
