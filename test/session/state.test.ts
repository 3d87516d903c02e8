import { describe, expect, it } from 'vitest'
import { dropPointer, pointerOf, type SessionLike, setPointer, setReturnTo, takeReturnTo } from '../../src/session/state.js'

function sessionWith(otp: unknown): SessionLike {
  const session: SessionLike = { regenerate: () => undefined, save: () => undefined }
  Reflect.set(session, 'otp', otp)
  return session
}

describe('pointerOf', () => {
  it('reads the id of an intent', () => {
    const session = sessionWith({ pending: { login: 'one' } })
    setPointer(session, 'granted', 'login', 'two')
    expect([pointerOf(session, 'pending', 'login'), pointerOf(session, 'granted', 'login')]).toEqual(['one', 'two'])
    expect(pointerOf(session, 'pending', 'other')).toBeUndefined()
  })

  it.each<unknown>([
    undefined,
    null,
    0,
    true,
    'text',
    [],
    {},
    { pending: null },
    { pending: 'login' },
    { pending: 5 },
    { pending: ['login'] },
    { pending: { login: null } },
    { pending: { login: 5 } },
    { pending: { login: ['one'] } },
    { pending: { login: { toString: 'one' } } },
  ])('T49 finds nothing in %j, and does not throw', (otp) => {
    expect(pointerOf(sessionWith(otp), 'pending', 'login')).toBeUndefined()
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('T43 an intent named %s is not found by inheritance', (name) => {
    expect(pointerOf(sessionWith({ pending: {} }), 'pending', name)).toBeUndefined()
    expect(pointerOf(sessionWith({ pending: { login: 'x' } }), 'pending', name)).toBeUndefined()
  })

  it('finds nothing without a session', () => {
    expect(pointerOf(undefined, 'pending', 'login')).toBeUndefined()
  })
})

describe('a grant', () => {
  it('T26 is one in the session that it was given to, and in no other', () => {
    const [session, other] = ['a', 'b'].map((id) => Object.assign(sessionWith(undefined), { id }))
    if (session === undefined || other === undefined) throw new Error('two')
    setPointer(session, 'granted', 'login', 'one')
    expect(JSON.stringify(session.otp)).not.toContain('"a"')
    expect(pointerOf(session, 'granted', 'login')).toBe('one')
    other.otp = session.otp ?? {}
    expect(pointerOf(other, 'granted', 'login')).toBeUndefined()
    setPointer(other, 'granted', 'transfer', 'two')
    expect(pointerOf(other, 'granted', 'login')).toBeUndefined()
    expect(pointerOf(other, 'granted', 'transfer')).toBe('two')
  })
})

describe('setPointer and dropPointer', () => {
  it('touch one pointer and leave nothing empty behind', () => {
    const session = sessionWith(undefined)
    setPointer(session, 'pending', 'login', 'one')
    setPointer(session, 'pending', 'transfer', 'two')
    setPointer(session, 'granted', 'login', 'three')
    const granted = { login: expect.stringMatching(/^three\.[\w-]{22}$/) }
    expect(session.otp).toEqual({ pending: { login: 'one', transfer: 'two' }, granted })
    dropPointer(session, 'pending', 'login')
    expect(session.otp).toEqual({ pending: { transfer: 'two' }, granted })
    dropPointer(session, 'pending', 'transfer')
    expect(session.otp).toEqual({ granted })
    dropPointer(session, 'granted', 'login')
    expect(session).not.toHaveProperty('otp')
  })

  it.each<unknown>([undefined, null, 5, 'text', [], { pending: 5 }, { pending: 'text' }, { pending: null }])(
    'T49 work on a session that holds %j',
    (otp) => {
      const session = sessionWith(otp)
      dropPointer(session, 'pending', 'login')
      setPointer(session, 'pending', 'login', 'one')
      expect(pointerOf(session, 'pending', 'login')).toBe('one')
    },
  )

  it('T43 an intent named like a built-in pollutes nothing', () => {
    const session = sessionWith(undefined)
    setPointer(session, 'pending', '__proto__', 'one')
    expect(Reflect.get({}, 'one')).toBeUndefined()
    expect(pointerOf(session, 'pending', '__proto__')).toBe('one')
  })
})

describe('setReturnTo', () => {
  it('T50 takes the place of an earlier path, also with none', () => {
    const session = sessionWith({ returnTo: '/old', pending: { login: 'one' } })
    setReturnTo(session, '/new')
    expect(session.otp).toEqual({ returnTo: '/new', pending: { login: 'one' } })
    setReturnTo(session, undefined)
    expect(session.otp).toEqual({ pending: { login: 'one' } })
    const alone = sessionWith({ returnTo: '/old' })
    setReturnTo(alone, undefined)
    expect(alone).not.toHaveProperty('otp')
  })
})

describe('takeReturnTo', () => {
  it('T50 takes a path once and leaves the rest', () => {
    const session = sessionWith({ returnTo: '/transfer?x=1', pending: { login: 'one' } })
    expect(takeReturnTo(session)).toBe('/transfer?x=1')
    expect(session.otp).toEqual({ pending: { login: 'one' } })
    expect(takeReturnTo(session)).toBeUndefined()
    const alone = sessionWith({ returnTo: '/transfer' })
    takeReturnTo(alone)
    expect(alone).not.toHaveProperty('otp')
  })

  it.each<unknown>(['//evil.example', '/\\evil.example', 'https://evil.example', '', 5, null, ['/a'], {}])(
    'T50 gives nothing for %j, and drops it',
    (returnTo) => {
      const session = sessionWith({ returnTo, pending: {} })
      expect(takeReturnTo(session)).toBeUndefined()
      expect(session.otp).toEqual({ pending: {} })
    },
  )

  it.each<unknown>([undefined, null, 5, 'text', []])('T49 gives nothing for a state of %j', (otp) => {
    expect(takeReturnTo(sessionWith(otp))).toBeUndefined()
  })
})
