import { hash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { type ApiKeyOptions, keyBook } from '../../../src/core/service/api-key.js'

const compared: string[] = []

vi.mock('../../../src/util/equal-digests.js', async (original) => {
  const { equalDigests } = await original<{ equalDigests(a: string, b: string): boolean }>()
  return {
    equalDigests(a: string, b: string) {
      compared.push(a)
      return equalDigests(a, b)
    },
  }
})

const ONE = 'the-first-secret-0123456789'
const TWO = 'the-second-secret-0123456789'
const sha256 = (secret: string): string => hash('sha256', secret, 'hex')

const REFUSED: readonly (readonly [string, unknown, RegExp])[] = [
  ['no key at all', [], /"keys"/],
  ['no id', [{ secret: ONE }], /keys\[0\].*"id" is missing/],
  ['an id with a blank before it', [{ id: ' a', secret: ONE }], /keys\[0\].*"id" is not acceptable.*blanks inside only/],
  ['an id with a blank behind it', [{ id: 'a ', secret: ONE }], /keys\[0\].*"id"/],
  ['an id that is a blank', [{ id: ' ', secret: ONE }], /keys\[0\].*"id"/],
  ['an id with a line end', [{ id: 'a\nb', secret: ONE }], /keys\[0\].*"id"/],
  ['an id that may be the whole credential', [{ id: ' the-first', secret: ONE, rights: ['unsigned'] }], /keys\[0\].*"id"/],
  ['an id beyond ASCII', [{ id: 'caf\u00e9', secret: ONE }], /"id"/],
  ['an id of 65 characters', [{ id: 'a'.repeat(65), secret: ONE }], /"id"/],
  ['neither secret nor hash', [{ id: 'a' }], /"secret" or "hash" is missing/],
  ['an empty list of secrets', [{ id: 'a', secret: [] }], /"secret" is not acceptable/],
  ['a short secret', [{ id: 'a', secret: ONE.slice(0, 15) }], /"secret" is not acceptable.*at least 16/],
  ['three secrets', [{ id: 'a', secret: [ONE, TWO, `${TWO}3`] }], /"secret" is not acceptable/],
  ['two secrets and a hash', [{ id: 'a', secret: [ONE, TWO], hash: sha256('third') }], /at most two/],
  ['a hash in capitals', [{ id: 'a', hash: sha256(ONE).toUpperCase() }], /"hash" is not acceptable.*lower-case/],
  ['a short hash', [{ id: 'a', hash: sha256(ONE).slice(1) }], /"hash" is not acceptable/],
  ['a login with a blank', [{ id: 'a', secret: ONE, login: 'a b' }], /"login"/],
  ['a tenant with a control character', [{ id: 'a', secret: ONE, tenant: '\u0000test' }], /"tenant"/],
  ['a tenant with a line end', [{ id: 'a', secret: ONE, tenant: 'shop\nann' }], /"tenant"/],
  ['a long tenant', [{ id: 'a', secret: ONE, tenant: 'a'.repeat(65) }], /"tenant"/],
  ['an unknown right', [{ id: 'a', secret: ONE, rights: ['admin'] }], /"rights".*"sandbox"/],
  ['an unknown channel', [{ id: 'a', secret: ONE, channels: ['fax'] }], /"channels"/],
  ['no channel', [{ id: 'a', secret: ONE, channels: [] }], /"channels"/],
  ['no send', [{ id: 'a', secret: ONE, sendsPerHour: 0 }], /"sendsPerHour"/],
  ['no failure', [{ id: 'a', secret: ONE, failuresPerHour: 10_000_001 }], /"failuresPerHour"/],
  ['an unknown option', [{ id: 'a', secret: ONE, right: ['send'] }], /unknown option "right".*"rights"/],
  [
    'the second key',
    [
      { id: 'a', secret: ONE },
      { id: 'b', secret: 'short' },
    ],
    /keys\[1\]/,
  ],
  [
    'one id twice',
    [
      { id: 'a', secret: ONE },
      { id: 'a', secret: TWO },
    ],
    /one id twice/,
  ],
  [
    'one secret in two keys',
    [
      { id: 'a', secret: ONE },
      { id: 'b', secret: [TWO, ONE] },
    ],
    /one secret twice/,
  ],
  [
    'one secret and its hash in two keys',
    [
      { id: 'a', secret: ONE },
      { id: 'b', hash: sha256(ONE) },
    ],
    /one secret twice/,
  ],
  ['one secret twice in a key', [{ id: 'a', secret: [ONE, ONE] }], /one secret twice/],
]

function book(...keys: ApiKeyOptions[]) {
  return keyBook('apiRouter', keys)
}

describe('keys that are not acceptable', () => {
  it.each(REFUSED)('T67 are refused by name and without a secret: %s', (_what, keys, message) => {
    // What no type allows is what is tried here.
    const make = (): unknown => keyBook('apiRouter', keys as readonly ApiKeyOptions[])
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringMatching(message) }))
    expect(make).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/the-first|the-second/) }))
    expect(make).toThrow(expect.objectContaining({ message: expect.not.stringContaining(sha256(ONE).slice(1, 40)) }))
  })
})

describe('a key', () => {
  it('sends and verifies for the tenant of the other doors, on every channel, unless told otherwise', () => {
    expect(book({ id: 'a', secret: ONE }).byId('a')).toEqual({
      id: 'a',
      tenant: '',
      login: undefined,
      rights: new Set(['send', 'verify']),
      channels: ['sms', 'call', 'whatsapp', 'email'],
      sendsPerHour: 10_000,
      failuresPerHour: 2000,
      secrets: [ONE],
    })
  })

  it('has blanks and other marks inside its id, and may do nothing where it has no right', () => {
    const keys = book({ id: 'key +/=1', secret: ONE, rights: [] }, { id: 'x', secret: TWO })
    expect(keys.byId('key +/=1')?.rights).toEqual(new Set())
    expect(keys.byId('x')?.id).toBe('x')
  })

  it('T67 has two secrets live at once while one takes the place of the other, and the old one is unknown afterwards', () => {
    const during = book({ id: 'a', secret: [ONE, TWO] })
    expect([during.bySecret(ONE)?.id, during.bySecret(TWO)?.id]).toEqual(['a', 'a'])
    const after = book({ id: 'a', secret: TWO })
    expect([after.bySecret(ONE)?.id, after.bySecret(TWO)?.id]).toEqual([undefined, 'a'])
  })

  it('T67 is known by the hash of its secret alone, of which nothing but the hash is kept', () => {
    const keys = book({ id: 'a', hash: [sha256(ONE), sha256(TWO)] }, { id: 'b', secret: `${ONE}b`, hash: sha256(`${TWO}b`) })
    expect([ONE, TWO, `${ONE}b`, `${TWO}b`].map((secret) => keys.bySecret(secret)?.id)).toEqual(['a', 'a', 'b', 'b'])
    expect(keys.byId('a')?.secrets).toEqual([])
    expect(keys.bySecret(sha256(ONE)), 'a stolen hash opens nothing').toBeUndefined()
  })

  it('T67 is found by login without case, and by its own secret only', () => {
    const keys = book(
      { id: 'a', secret: ONE, login: 'Ann@Example.org' },
      { id: 'b', secret: TWO, login: 'bob@example.org' },
      { id: 'c', secret: `${TWO}c` },
    )
    expect(keys.byLogin('aNN@example.ORG', ONE)?.id).toBe('a')
    expect(keys.byLogin('ann@example.org', TWO)).toBeUndefined()
    expect(keys.byLogin('bob@example.org', ONE)).toBeUndefined()
    expect(keys.byLogin('', `${TWO}c`), 'a key without a login has none').toBeUndefined()
    expect(keys.byLogin('undefined', `${TWO}c`)).toBeUndefined()
  })

  it('T66 for tests lives in a world that no tenant of an ordinary key can name', () => {
    const rights = ['send', 'sandbox'] as const
    const keys = book(
      { id: 'a', secret: ONE, tenant: 'shop' },
      { id: 't', secret: TWO, tenant: 'shop', rights },
      { id: 'u', secret: `${TWO}u`, rights },
    )
    const worlds = ['a', 't', 'u'].map((id) => keys.byId(id)?.tenant)
    expect(new Set([...worlds, 'shop', '']).size).toBe(4)
    for (const tenant of worlds.slice(1)) expect(() => book({ id: 'x', secret: ONE, tenant })).toThrow(/"tenant"/)
  })

  it.each([
    ['the first one', ONE],
    ['the last one', `${TWO}c`],
    ['nobody\u2019s', 'of-nobody-0123456789'],
    ['empty', ''],
  ])('T67 is looked for among all of them, whoever\u2019s the secret is: %s', (_whose, secret) => {
    const keys = book({ id: 'a', secret: ONE }, { id: 'b', secret: [TWO, `${TWO}b`] }, { id: 'c', hash: sha256(`${TWO}c`), login: 'c' })
    compared.length = 0
    keys.bySecret(secret)
    keys.byLogin('c', secret)
    expect(compared).toHaveLength(8)
    // Digests under a key of this process: nothing that anybody outside could aim at.
    for (const digest of compared) expect([sha256(ONE), sha256(TWO)]).not.toContain(digest)
    expect(new Set(compared.map((digest) => digest.length)).size).toBe(1)
  })
})
