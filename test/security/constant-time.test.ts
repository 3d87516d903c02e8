import { memoryStore } from 'express-otp/stores/memory'
import { testClock } from 'express-otp/testing'
import { beforeEach, expect, it, vi } from 'vitest'
import { openDoor, SECRET, wrong } from '../helpers/door-app.js'
import { ANN, guess, reasons } from './scenes.js'

const compared: (readonly [number, number])[] = []

vi.mock('../../src/util/equal-digests.js', async (original) => {
  const { equalDigests } = await original<{ equalDigests(a: string, b: string): boolean }>()
  return {
    equalDigests(a: string, b: string) {
      compared.push([a.length, b.length])
      return equalDigests(a, b)
    },
  }
})

beforeEach(() => {
  compared.length = 0
})

const OLD = 'an old secret, thirty-two characters'

it.each([
  ['right', (code: string) => code],
  ['wrong in its last digit', wrong],
  ['wrong in its first digit', (code: string) => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`],
])('T63 a code that is %s is compared under every live secret, and digests alone are compared', async (_what, typed) => {
  const clock = testClock()
  const store = memoryStore({ clock })
  const before = await openDoor({ otp: { secret: OLD, store } })
  const during = await openDoor({ otp: { secret: [SECRET, OLD], store } })
  for (const app of [before, during]) {
    const ann = app.browser()
    await ann.post('/otp/send', { to: ANN })
    compared.length = 0
    expect(reasons(await guess(ann, typed(app.sms.code()), 1))).toHaveLength(1)
    expect(compared).toEqual(new Array(app === before ? 1 : 2).fill([22, 22]))
    clock.advance(301)
  }
})

it.each([
  ['right', (code: string) => code],
  ['wrong', wrong],
])('T10 T63 once a challenge is late or used up, a code that is %s is not compared at all', async (_what, typed) => {
  const { browser, sms, clock } = await openDoor({ otp: { intents: { login: { maxAttempts: 1 } } } })
  const [late, used] = [browser(), browser()]
  await used.post('/otp/send', { to: '+12068800456' })
  await guess(used, wrong(sms.code()), 1)
  compared.length = 0
  expect(reasons(await guess(used, typed(sms.code()), 1))).toEqual(['too_many_attempts'])
  await late.post('/otp/send', { to: ANN })
  clock.advance(300)
  expect(reasons(await guess(late, typed(sms.code(ANN)), 1))).toEqual(['expired'])
  expect(compared).toEqual([])
})
