import { redisStore } from 'express-otp/stores/redis'
import { testClock } from 'express-otp/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Answer, openDoor, PLACES } from '../helpers/door-app.js'
import { ANN, numbers } from '../security/scenes.js'
import { nodeRedis, nodeRedisCluster, openShared } from '../stores/redis-clients.js'

const ASKED = { router: { limitHeaders: true }, otp: { limits: { blockSendsPerHour: 3 } } } as const

describe.each(PLACES)('limit headers %s', (place) => {
  it('T52 tell a caller what its own address has left, whoever the recipients are', async () => {
    const { browser, clock } = await openDoor({ place, ...ASKED })
    const [one = '', two = '', three = '', four = ''] = numbers(4)
    expect(told(await browser().post('/otp/send', { to: one }))).toEqual(['"sends";q=3;w=3600', '"sends";r=2;t=3600'])
    clock.advance(600)
    expect(told(await browser().post('/otp/send', { to: two }))).toEqual(['"sends";q=3;w=3600', '"sends";r=1;t=3000'])
    clock.advance(2999.5)
    expect(told(await browser().post('/otp/send', { to: three }))).toEqual(['"sends";q=3;w=3600', '"sends";r=0;t=1'])
    clock.advance(0.5)
    expect(told(await browser().post('/otp/send', { to: four }))).toEqual(['"sends";q=3;w=3600', '"sends";r=0;t=600'])
  })

  it('T52 count what is sent again', async () => {
    const { browser, clock } = await openDoor({ place, ...ASKED })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    clock.advance(30)
    expect(told(await ann.post('/otp/resend'))).toEqual(['"sends";q=3;w=3600', '"sends";r=1;t=3570'])
  })

  it('T52 tell one address nothing of another, and nothing of a recipient that both send to', async () => {
    const { browser, clock } = await openDoor({ place, ...ASKED, before: (app) => app.set('trust proxy', 1) })
    const from = (address: string): Record<string, string> => ({ 'X-Forwarded-For': address })
    await browser().post('/otp/send', { to: ANN }, from('192.0.2.1'))
    clock.advance(600)
    expect(told(await browser().post('/otp/send', { to: ANN }, from('192.0.2.2')))).toEqual(['"sends";q=3;w=3600', '"sends";r=2;t=3600'])
  })

  it('T52 stand in no refusal, which would tell which limit it was', async () => {
    const { browser, clock } = await openDoor({ place, ...ASKED })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    clock.advance(2)
    const cooldown = await ann.post('/otp/send', { to: ANN })
    for (const to of numbers(2)) await browser().post('/otp/send', { to })
    const own = await browser().post('/otp/send', { to: numbers(3).at(-1) })
    for (const answer of [cooldown, own]) {
      expect(answer.body.reason).toBe('rate_limited')
      expect(told(answer)).toEqual([null, null])
    }
  })

  it('T30 T52 tell a person who went a place beyond the limit of the limit itself, and that nothing is left', async () => {
    const { browser } = await openDoor({ place, router: { ...ASKED.router, challengeHuman: () => true }, otp: ASKED.otp })
    const [last = '', ...others] = numbers(4)
    for (const to of others) await browser().post('/otp/send', { to })
    const refused = await browser().post('/otp/send', { to: last })
    expect([refused.body.reason, ...told(refused)]).toEqual(['human_check_required', null, null])
    expect(told(await browser().post('/otp/send', { to: last, human: 'token' }))).toEqual(['"sends";q=3;w=3600', '"sends";r=0;t=3600'])
  })

  it('T52 stand nowhere unless they were asked for, nor where addresses do not count, and never in a body', async () => {
    for (const router of [{}, { limitHeaders: false }, { limitHeaders: true, addressLimits: false }]) {
      const { browser } = await openDoor({ place, router })
      const answer = await browser().post('/otp/send', { to: ANN })
      expect(told(answer)).toEqual([null, null])
      expect(answer.body).not.toHaveProperty('quota')
    }
    const { browser } = await openDoor({ place, ...ASKED })
    expect((await browser().post('/otp/send', { to: ANN })).body).not.toHaveProperty('quota')
  })
})

it.each([nodeRedis, nodeRedisCluster])('T52 limit headers are the same over $name', async (kind) => {
  const { client, close } = await openShared(kind)
  onTestFinished(close)
  const clock = testClock()
  const store = redisStore({ client, clock, prefix: `limits:${Math.random()}` })
  const { browser } = await openDoor({ router: { limitHeaders: true }, otp: { limits: { blockSendsPerHour: 6 }, store } })
  // On a cluster some of them lie beside the block, and others do not.
  for (const [index, to] of numbers(6).entries()) {
    const left = `"sends";r=${5 - index};t=${3600 - 60 * index}`
    expect(told(await browser().post('/otp/send', { to }))).toEqual(['"sends";q=6;w=3600', left])
    clock.advance(60)
  }
})

function told({ headers }: Answer): (string | null)[] {
  return [headers.get('RateLimit-Policy'), headers.get('RateLimit')]
}
