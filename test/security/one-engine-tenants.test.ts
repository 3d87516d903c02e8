import { describe, expect, it } from 'vitest'
import { wrong } from '../helpers/door-app.js'
import { ACCOUNTS, DOOR_NAMES, type Heard, SERVICE_DOORS, type TenantName } from './doors/door.js'
import { type House, openHouse } from './doors/house.js'
import { ANN, BOB } from './scenes.js'

const CARL = '+12068800788'
const EVE = '+12068800789'

describe.each(SERVICE_DOORS)('tenants at the door %s', (name) => {
  const gone = name === 'unimatrix' ? 'NO' : 'GONE'
  const wrongWithFour = name === 'unimatrix' ? 'NO' : 'WRONG 4'

  it('T67 find nothing under an id, a token or a number of another one, and charge it nothing', async () => {
    const { doors, judged, sms } = await openHouse()
    const shop = doors[name].client()
    expect(await shop.send(ANN)).toBe('SENT')
    const code = sms.code()
    const thief = shop.copy('bank')
    for (let tries = 0; tries < 6; tries++) expect(await thief.verify(wrong(code))).toBe(gone)
    expect(await thief.verify(code)).toBe(gone)
    if (name === 'native' || name === 'sendmator') expect(await thief.resend()).toBe('GONE')
    expect(sms.messages).toHaveLength(1)
    expect(judged.filter((outcome) => outcome !== 'gone')).toEqual([])
    expect(await shop.verify(wrong(code))).toBe(wrongWithFour)
    expect(await shop.verify(code)).toBe('VERIFIED')
  })

  it('T67 share no cooldown, no quota, no failure and no pause', async () => {
    const { clock, doors, sms } = await openHouse()
    const shop = doors[name].client()
    await shop.send(ANN)
    const code = sms.code()
    for (const seconds of [30, 60]) {
      const bank = doors[name].client({ tenant: 'bank' })
      expect(await bank.send(ANN)).toBe('SENT')
      for (let tries = 0; tries < 5; tries++) await bank.verify(wrong(sms.code()))
      clock.advance(seconds)
    }
    // The bank has ten failures: another one makes it a pause of a minute.
    const paused = doors[name].client({ tenant: 'bank' })
    expect(await paused.send(ANN)).toBe('SENT')
    const banks = sms.code()
    await paused.verify(wrong(banks))
    expect(await paused.verify(banks)).toBe('LIMITED')
    for (const other of SERVICE_DOORS) expect(await doors[other].client({ tenant: 'bank' }).send(ANN)).toBe('LIMITED')
    expect(await shop.verify(wrong(code))).toBe(wrongWithFour)
    expect(await shop.verify(code)).toBe('VERIFIED')
  })
})

describe.each(SERVICE_DOORS)('the key at the door %s', (name) => {
  it('T08 brings so many failures in an hour where no address of an end user is told, and no more at any other door', async () => {
    const { doors, judged, sms } = await openHouse({ failuresPerHour: 7 })
    const [ann, bob, browser] = [doors[name].client(), doors[name].client(), doors.session.client()]
    // A right code is no failure, nor is one that was used.
    const used = doors[name].client()
    await used.send(CARL)
    expect(await used.verify(sms.code())).toBe('VERIFIED')
    for (let tries = 0; tries < 7; tries++) expect(await used.verify(sms.code())).toMatch(/^(?:GONE|NO)$/)
    await ann.send(ANN)
    for (let tries = 0; tries < 5; tries++) await ann.verify(wrong(sms.code()))
    await bob.send(BOB)
    const code = sms.code(BOB)
    for (let tries = 0; tries < 2; tries++) await bob.verify(wrong(code))
    expect(await bob.verify(code)).toBe('LIMITED')
    for (const other of SERVICE_DOORS.filter((one) => one !== name)) {
      const client = doors[other].client()
      const to = `+120688002${SERVICE_DOORS.indexOf(other)}0`
      expect(await client.send(to)).toBe('SENT')
      expect(await client.verify(sms.code(to))).toBe('LIMITED')
    }
    expect(judged.filter((outcome) => outcome === 'verified')).toHaveLength(1)
    // A browser has an address of its own to be limited by.
    expect(await browser.send(EVE)).toBe('SENT')
    expect(await browser.verify(sms.code(EVE))).toBe('VERIFIED')
  })
})

describe('a send of our own JSON with an idempotency key', () => {
  function send({ ask }: House, more: object = {}, tenant: TenantName = 'shop'): Promise<Heard> {
    const headers = { Authorization: `Bearer ${ACCOUNTS[tenant].secret}`, 'Idempotency-Key': 'order-17' }
    return ask({ path: '/native/v1/otp/send', headers, body: { to: ANN, ...more } })
  }
  function verify({ ask }: House, id: string, code: string): Promise<Heard> {
    return ask({ path: '/native/v1/otp/verify', headers: { Authorization: `Bearer ${ACCOUNTS.shop.secret}` }, body: { id, code } })
  }

  it('T70 that is repeated sends nothing, wins back no guess, lengthens no life and opens no other door', async () => {
    const house = await openHouse()
    const { clock, doors, sms } = house
    const first = await send(house)
    expect(first.status).toBe(200)
    const { id } = first.body
    const code = sms.code()
    for (const left of [4, 3, 2, 1]) {
      expect((await verify(house, id, wrong(code))).body).toMatchObject({ reason: 'invalid_code', attemptsLeft: left })
      clock.advance(20)
      expect((await send(house)).body).toEqual(first.body)
    }
    for (const name of DOOR_NAMES) {
      // 80 s after the only send, the one after the cooldown: the repeats were none.
      const isFirst = name === 'session'
      expect(await doors[name].client().send(ANN)).toBe(isFirst ? 'SENT' : 'LIMITED')
    }
    expect(sms.messages).toHaveLength(2)
    expect((await verify(house, id, wrong(code))).body.reason).toBe('too_many_attempts')
    expect((await send(house)).body).toEqual(first.body)
    expect((await verify(house, id, code)).body.reason).toBe('too_many_attempts')
    clock.advance(300)
    expect((await send(house)).body).toEqual(first.body)
    expect((await verify(house, id, code)).body.reason).toMatch(/^(?:expired|no_pending_challenge)$/)
  })

  it('T70 T67 is refused with another body, and is a send of its own for another tenant', async () => {
    const house = await openHouse()
    const first = await send(house)
    expect((await send(house, { intent: 'signup' })).body).toMatchObject({ status: 422, reason: 'idempotency_key_reused' })
    const banks = await send(house, {}, 'bank')
    expect(banks.status).toBe(200)
    expect(banks.body.id).not.toBe(first.body.id)
    expect(house.sms.messages).toHaveLength(2)
  })
})
