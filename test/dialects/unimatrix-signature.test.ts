import { describe, expect, it } from 'vitest'
import type { Right } from '../../src/core/service/api-key.js'
import { checkSignature } from '../../src/dialects/unimatrix/signature.js'
import { type UnimatrixDialectOptions, unimatrixDialect } from '../../src/dialects/unimatrix.js'
import { type FakeService, fakeService } from './fake-service.js'
import { CLIENTS, KEY_ID, SECRET, type Signing, signedBy, VECTORS } from './fixtures/unimatrix.js'
import { type Asked, ask, type Heard } from './unimatrix-client.js'

const NOW = 1_700_000_000_000
const [NODE] = CLIENTS
if (NODE === undefined) throw new Error('no client')
const signed = (signing?: Signing): Record<string, string> => signedBy(NODE, signing)

const HARD_ID = "k~e!y*(1)'+/=&%"

function open(
  options: UnimatrixDialectOptions & {
    rights?: readonly Right[]
    secret?: string | readonly string[]
    hash?: string
    tenant?: string
  } = {},
): {
  service: FakeService
  asked: (asked?: Asked) => Promise<Heard>
} {
  const { nonces, hash, secret = hash === undefined ? SECRET : undefined, rights = ['send', 'verify'], tenant } = options
  const service = fakeService([
    { id: KEY_ID, secret, hash, rights, tenant },
    { id: HARD_ID, secret: 'another-secret-0002', rights, tenant },
  ])
  const dialect = unimatrixDialect({ nonces })
  return { service, asked: (asked) => ask(dialect, service, asked) }
}

/** What a form makes of a text. */
const decoded = (text: string): string => new URLSearchParams(`x=${text}`).get('x') ?? ''

const OK = { status: 200, code: '0' }
const INVALID = { status: 401, code: '104201', message: 'InvalidSignature' }
const UNTIMELY = { status: 401, code: '104202', message: 'InvalidSignatureTimestamp' }

describe('vectors of signatures', () => {
  for (const { title, query, signatures, now } of VECTORS) {
    for (const signature of signatures) {
      it(`${title}: accepts ${signature}`, () => {
        const check = (text: string): unknown => checkSignature(new Map(Object.entries({ ...query, signature: text })), [SECRET], now)
        expect(check(signature)).toEqual({ ok: true, nonce: query.nonce })
        const last = signature.endsWith('=') ? -2 : -1
        const bent = signature.slice(0, last - 1) + (signature.at(last - 1) === 'a' ? 'b' : 'a') + signature.slice(last)
        expect(check(bent)).toEqual({ ok: false, failure: 'InvalidSignature' })
      })
    }
  }

  it('[S] accepts base64 without its padding, with unescaped plus signs, and hex in capitals', () => {
    const [vector] = VECTORS
    const check = (signature: string): unknown => checkSignature(new Map(Object.entries({ ...vector?.query, signature })), [SECRET], NOW)
    const [base64 = '', hex = ''] = vector?.signatures ?? []
    for (const text of [base64.slice(0, -1), base64.replaceAll('+', ' '), hex.toUpperCase()])
      expect(check(text)).toMatchObject({ ok: true })
  })
})

describe('a signed request', () => {
  for (const client of CLIENTS) {
    for (const [id, secret] of [
      [KEY_ID, SECRET],
      [HARD_ID, 'another-secret-0002'],
    ] as const) {
      it(`T69 [S] is accepted as the ${client.name} client signs it, for the key ${id}`, async () => {
        const { asked } = open()
        expect(await asked({ query: signedBy(client, { id, secret }) })).toMatchObject(OK)
        const verify = signedBy(client, { id, secret, action: 'otp.verify', nonce: 'another0' })
        expect(await asked({ action: 'otp.verify', query: verify, body: { to: '+12068800123', code: '123456' } })).toMatchObject(OK)
      })
    }

    it(`T69 is refused as the ${client.name} client signs it with another secret`, async () => {
      const { asked, service } = open()
      expect(await asked({ query: signedBy(client, { secret: 'another-secret-0002' }) })).toMatchObject(INVALID)
      expect(service.calls.map(({ verb }) => verb)).toEqual(['refuseKey'])
    })
  }

  it('T67 is accepted under either of two live secrets', async () => {
    const { asked } = open({ secret: ['a-newer-secret-0003', SECRET] })
    expect(await asked({ query: signed() })).toMatchObject(OK)
    expect(await asked({ query: signed({ secret: 'a-newer-secret-0003', nonce: 'another0' }) })).toMatchObject(OK)
  })

  it('T69 is in time for ten minutes either way, in seconds and in milliseconds', async () => {
    for (const client of CLIENTS) {
      for (const off of [-600_000, 600_000]) {
        expect(await open().asked({ query: signedBy(client, { now: NOW + off }) })).toMatchObject(OK)
        const beyond = NOW + off + Math.sign(off) * client.unit
        expect(await open().asked({ query: signedBy(client, { now: beyond }) })).toMatchObject(UNTIMELY)
      }
    }
  })

  for (const [title, timestamp] of Object.entries({
    nothing: '',
    words: 'yesterday',
    'a fraction': '1700000000.5',
    'an exponent': '17e8',
    'a sign': '+1700000000',
    'a negative number': '-1700000000',
    'too many digits': '00000001700000000000',
  })) {
    it(`T69 is refused with ${title} for a timestamp`, async () => {
      expect(await open().asked({ query: { ...signed(), timestamp } })).toMatchObject(UNTIMELY)
    })
  }

  it('[O] example 7: is refused when its time has passed, however right its signature', async () => {
    const { asked, service } = open()
    service.answers.now = NOW + 86_400_000
    const signature = 'lbYvJ1Ed%2Be2kFCylvOSvxbFSrKhavNjm20NGkdd7lBs%3D'
    const rest = `timestamp=1700000000000&nonce=0123456789abcdef&signature=${signature}`
    const query = `action=otp.send&accessKeyId=${KEY_ID}&algorithm=hmac-sha256&${rest}`
    expect(await asked({ query })).toMatchObject(UNTIMELY)
    service.answers.now = NOW
    expect(await asked({ query })).toMatchObject(OK)
  })

  it('T69 counts once', async () => {
    const { asked, service } = open()
    expect(await asked({ query: signed() })).toMatchObject(OK)
    expect(await asked({ query: signed() })).toMatchObject(INVALID)
    expect(service.sends()).toHaveLength(1)
  })

  // A nonce that Node's client encodes was remembered as it decodes, so that its encoded form, taken as it is, was another nonce under the same signature.
  for (const client of CLIENTS) {
    for (const nonce of ['ab+/=', 'a b', 'a+b', "'(!)*~", '%2B%20+ ', '=']) {
      it(`T69 counts once however its query spells what the ${client.name} client signed: ${nonce}`, async () => {
        const { asked, service } = open()
        const query = signedBy(client, { nonce })
        const spellings = new Set([nonce, ...CLIENTS.flatMap(({ spell }) => [spell(nonce), decoded(nonce), decoded(spell(nonce))])])
        expect(await asked({ query })).toMatchObject(OK)
        for (const spelling of spellings) expect(await asked({ query: { ...query, nonce: spelling } })).toMatchObject(INVALID)
        expect(service.sends()).toHaveLength(1)
      })
    }
  }

  it('T69 counts a nonce once, whenever it was signed, and another one each time', async () => {
    const { asked } = open()
    expect(await asked({ query: signed() })).toMatchObject(OK)
    expect(await asked({ query: signed({ now: NOW + 1000 }) })).toMatchObject(INVALID)
    for (const nonce of ['a b', 'a+c', 'a%20d']) expect(await asked({ query: signed({ nonce }) })).toMatchObject(OK)
  })

  it('T69 of a key whose id looks like a nonce, each request counts once', async () => {
    const id = 'k&nonce=1&timestamp=2'
    const service = fakeService([{ id, secret: SECRET }])
    const dialect = unimatrixDialect()
    for (const client of CLIENTS) {
      for (const nonce of ['first', 'second']) {
        const query = signedBy(client, { id, nonce: `${client.name}-${nonce}` })
        expect(await ask(dialect, service, { query })).toMatchObject(OK)
        expect(await ask(dialect, service, { query })).toMatchObject(INVALID)
      }
    }
  })

  it('T69 of a hundred copies at once, one counts', async () => {
    const { asked, service } = open()
    const all = await Promise.all(Array.from({ length: 100 }, async () => await asked({ query: signed() })))
    expect(all.filter(({ code }) => code === '0')).toHaveLength(1)
    expect(service.sends()).toHaveLength(1)
  })

  it('T69 counts as often as it comes where nonces may repeat', async () => {
    const { asked } = open({ nonces: 'any' })
    expect(await asked({ query: signed() })).toMatchObject(OK)
    expect(await asked({ query: signed() })).toMatchObject(OK)
  })

  it('T69 uses up a nonce of its own key only, and only when its signature is right', async () => {
    const { asked } = open()
    expect(await asked({ query: signed({ secret: 'a-wrong-secret-0004' }) })).toMatchObject(INVALID)
    expect(await asked({ query: signed({ id: HARD_ID, secret: 'another-secret-0002' }) })).toMatchObject(OK)
    expect(await asked({ query: signed() })).toMatchObject(OK)
  })

  it('T69 has a nonce of 1 to 64 characters', async () => {
    for (const nonce of ['a', 'a'.repeat(64), 'a+/= b']) expect(await open().asked({ query: signed({ nonce }) })).toMatchObject(OK)
    for (const nonce of ['', 'a'.repeat(65), 'a\nb', 'a\u202eb', 'a&b=c']) {
      expect(await open().asked({ query: signed({ nonce }) })).toMatchObject(INVALID)
    }
  })

  it('T69 is refused under every algorithm but one', async () => {
    for (const algorithm of ['', 'none', 'hmac-md5', 'hmac-sha1', 'HMAC-SHA256', 'hmac-sha512']) {
      expect(await open().asked({ query: { ...signed(), algorithm } })).toMatchObject(INVALID)
    }
  })

  it('T69 is refused without any one of its parameters', async () => {
    for (const name of ['algorithm', 'nonce', 'signature', 'timestamp']) {
      const query = Object.fromEntries(Object.entries(signed()).filter(([other]) => other !== name))
      expect(await open({ rights: ['send', 'verify', 'unsigned'] }).asked({ query })).toMatchObject(
        name === 'timestamp' ? UNTIMELY : INVALID,
      )
    }
  })

  it('T69 is refused with a signature that is none', async () => {
    for (const signature of [
      '',
      'x',
      'g'.repeat(64),
      'a'.repeat(63),
      'a'.repeat(42),
      `${'a'.repeat(43)}==`,
      '='.repeat(44),
      '_'.repeat(43),
    ]) {
      expect(await open().asked({ query: { ...signed(), signature } })).toMatchObject(INVALID)
    }
  })

  it('T69 covers every other parameter, also one that nobody knows', async () => {
    expect(await open().asked({ query: { ...signed(), extra: '1' } })).toMatchObject(INVALID)
    expect(await open().asked({ query: { ...signed({ action: 'otp.verify' }), action: 'otp.send' } })).toMatchObject(INVALID)
  })

  it('T69 is refused with a repeated parameter, whether it is signed or not', async () => {
    const query = new URLSearchParams(signed()).toString()
    for (const name of ['algorithm', 'nonce', 'signature', 'timestamp']) {
      const again = `${query}&${name}=${encodeURIComponent(signed()[name] ?? '')}`
      expect(await open().asked({ query: again })).toMatchObject(INVALID)
    }
    const simple = open({ rights: ['send', 'unsigned'] })
    expect(await simple.asked({ query: `action=otp.send&accessKeyId=${KEY_ID}&x=1&x=2` })).toMatchObject(INVALID)
    const twoKeys = `action=otp.send&accessKeyId=${KEY_ID}&accessKeyId=${KEY_ID}`
    expect(await simple.asked({ query: twoKeys })).toMatchObject({ status: 401, code: '104110' })
    const twoActions = `action=otp.send&action=otp.verify&accessKeyId=${KEY_ID}`
    expect(await simple.asked({ query: twoActions })).toMatchObject({ status: 400, code: '104002' })
    expect(simple.service.sends()).toEqual([])
  })
})

describe('an unsigned request', () => {
  it('T69 is refused where the key is not in simple mode', async () => {
    const { asked, service } = open()
    expect(await asked()).toMatchObject(INVALID)
    expect(service.sends()).toEqual([])
  })

  it('T69 is accepted where the key is in simple mode', async () => {
    expect(await open({ rights: ['send', 'unsigned'] }).asked()).toMatchObject(OK)
  })

  it('T69 in simple mode, a signature that is there is checked where there is a secret', async () => {
    const { asked } = open({ rights: ['send', 'unsigned'] })
    expect(await asked({ query: signed() })).toMatchObject(OK)
    expect(await asked({ query: signed({ secret: 'a-wrong-secret-0004', nonce: 'another0' }) })).toMatchObject(INVALID)
  })

  it('[D] in simple mode, a signature is ignored where only a hash of the secret is known', async () => {
    const { asked } = open({ rights: ['send', 'unsigned'], hash: 'ab'.repeat(32) })
    expect(await asked({ query: signed({ secret: 'whatever-it-was-5' }) })).toMatchObject(OK)
  })

  it('T69 is refused for a key that has neither a secret nor simple mode, signed or not', async () => {
    const { asked } = open({ hash: 'ab'.repeat(32) })
    expect(await asked()).toMatchObject(INVALID)
    expect(await asked({ query: signed() })).toMatchObject(INVALID)
  })
})

describe('a key', () => {
  it('T67 that is missing, or unknown, is told apart as Unimatrix tells it, and counted', async () => {
    const { asked, service } = open({ rights: ['send', 'unsigned'] })
    const missing = { status: 401, code: '104110', message: 'MissingAccessKeyId' }
    expect(await asked({ query: { action: 'otp.send' } })).toMatchObject(missing)
    expect(await asked({ query: { action: 'otp.send', accessKeyId: '' } })).toMatchObject(missing)
    const unknown = { status: 401, code: '104111', message: 'InvalidAccessKeyId' }
    for (const accessKeyId of ['nobody', '__proto__', 'constructor', KEY_ID.toLowerCase(), `${KEY_ID}\u0000`]) {
      expect(await asked({ query: { action: 'otp.send', accessKeyId } })).toMatchObject(unknown)
    }
    expect(service.calls).toHaveLength(7)
    expect(service.calls.every(({ verb, request }) => verb === 'refuseKey' && request === '198.51.100.7')).toBe(true)
  })

  it('T67 that is wrong too often gets the limit, whatever was wrong', async () => {
    const { asked, service } = open()
    service.answers.retryAfter = 42
    for (const query of [
      signed({ secret: 'a-wrong-secret-0004' }),
      { action: 'otp.send' },
      { action: 'otp.send', accessKeyId: 'nobody' },
    ]) {
      expect(await asked({ query })).toMatchObject({ status: 429, code: '105300', headers: { 'Retry-After': '42' } })
    }
    expect(await asked({ query: signed() })).toMatchObject(OK)
  })
})
