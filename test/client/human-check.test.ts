import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openCheckedDoor } from '../security/human-scene.js'
import { ANN } from '../security/scenes.js'
import { openPage, stopTime } from './page.js'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
})

it('sends the token of a human check once, and keeps nobody waiting before it', async () => {
  const app = await openCheckedDoor({ recipientSendsPerHourFromOneBlock: 1 })
  const { advance, code } = await openPage({}, app)
  code.subscribe(() => undefined)
  await code.send({ to: ANN })
  await advance(60)
  expect(await code.resend()).toMatchObject({ problem: { reason: 'human_check_required' }, usable: true, resendIn: 0 })
  await advance(300)
  expect(await code.send({ to: ANN, human: 'robot' })).toMatchObject({ problem: { reason: 'human_check_required' } })
  // The code is dead: what was sent last is sent again, without the token.
  expect(await code.resend()).toMatchObject({ problem: { reason: 'human_check_required' } })
  expect(app.asked.map(({ response }) => response)).toEqual(['robot'])
  expect(await code.resend({ human: 'person' })).toMatchObject({ step: 'code', problem: undefined, usable: true })
  expect(app.asked.map(({ response }) => response)).toEqual(['robot', 'person'])
})
