import { redisStore } from 'express-otp/stores/redis'
import { testClock } from 'express-otp/testing'
import { expect, it, onTestFinished } from 'vitest'
import { nodeRedis, nodeRedisCluster, openShared } from '../stores/redis-clients.js'
import { openCheckedDoor } from './human-scene.js'
import { numbers, reasons } from './scenes.js'

it.each([nodeRedis, nodeRedisCluster])('T30 human checks add exactly one place over $name, of 20 at once too', async (kind) => {
  const { client, close } = await openShared(kind)
  onTestFinished(close)
  const clock = testClock()
  const store = redisStore({ client, clock, prefix: `human:${Math.random()}` })
  const { asked, browser, sends, sms } = await openCheckedDoor({ blockSendsPerHour: 3 }, { otp: { store, clock } })
  expect(await sends(numbers(4))).toEqual(['sent', 'sent', 'sent', 'human_check_required'])
  const sent = await Promise.all(
    numbers(24)
      .slice(4)
      .map((to) => browser().post('/otp/send', { to, human: 'person' })),
  )
  expect(reasons(sent).toSorted()).toEqual([...new Array(19).fill('rate_limited'), 'sent'])
  expect(asked).toHaveLength(20)
  expect(sms.messages).toHaveLength(4)
})

it('T30 human checks add exactly one place in memory, of 20 at once too', async () => {
  const { browser, sends, sms } = await openCheckedDoor({ blockSendsPerHour: 3 })
  await sends(numbers(3))
  const sent = await Promise.all(
    numbers(24)
      .slice(4)
      .map((to) => browser().post('/otp/send', { to, human: 'person' })),
  )
  expect(reasons(sent).toSorted()).toEqual([...new Array(19).fill('rate_limited'), 'sent'])
  expect(sms.messages).toHaveLength(4)
})
