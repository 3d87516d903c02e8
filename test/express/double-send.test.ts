import type { Transport } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { outbox } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { type Answer, type Browser, type DoorApp, openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { ANN, BOB, guess, reasons } from '../security/scenes.js'

const COPIES = 6

function shown({ body, status }: Answer): unknown {
  return [status, body.id, body.reference, body.expiresAt, body.channel, body.to, body.attemptsLeft]
}

/** So many requests of one browser at once, on connections that are open. */
async function atOnce(door: DoorApp, browser: Browser, fields: object): Promise<Answer[]> {
  const copies = Array.from({ length: COPIES }, () => door.browser(browser))
  await Promise.all(copies.map((one) => one.get('/otp/config')))
  const answers = await Promise.all(copies.map((one) => one.post('/otp/send', fields)))
  // A browser keeps the cookies of whichever answer it reads last.
  for (const one of copies) for (const [name, value] of one.cookies) browser.cookies.set(name, value)
  return answers
}

describe.each(PLACES)('two identical sends of one browser %s', (place) => {
  /** A door, and a browser that has a session already. */
  const visited = async (more: Parameters<typeof openDoor>[0] = {}) => {
    const door = await openDoor({
      place,
      ...more,
      routes(app, otp) {
        app.post('/visit', (req, res) => res.json({ seen: Reflect.set(req.session, 'seen', true) }))
        more.routes?.(app, otp)
      },
    })
    const ann = door.browser()
    await ann.post('/visit')
    return { ...door, ann }
  }

  it('within a second are one message and one answer, and later the cooldown', async () => {
    const { ann, clock, sms } = await visited()
    const first = await ann.post('/otp/send', { to: ANN })
    clock.advance(1)
    const second = await ann.post('/otp/send', { to: '+1 206-880-0123' })
    expect(shown(second)).toEqual(shown({ ...first, body: { ...first.body } }))
    expect([second.body.expiresIn, second.body.resendIn]).toEqual([299, 29])
    clock.advance(0.001)
    expect((await ann.post('/otp/send', { to: ANN })).body.reason).toBe('rate_limited')
    expect(sms.messages).toHaveLength(1)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it('in flight are one message too, and the code works whichever answer was read', async () => {
    const door = await visited()
    const answers = await atOnce(door, door.ann, { to: ANN })
    expect(new Set(answers.map((answer) => JSON.stringify(shown(answer)))).size).toBe(1)
    expect(answers[0]?.status).toBe(200)
    expect(door.sms.messages).toHaveLength(1)
    expect(reasons(await guess(door.ann, door.sms.code(), 1))).toEqual(['verified'])
  })

  it('share the refusal of the first while it is under way, and try again after it', async () => {
    const vendor = outbox()
    vendor.refuseNext()
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    let asked = 0
    const slow: Transport = {
      name: 'slow',
      async deliver(message, context) {
        asked += 1
        await gate
        return await vendor.deliver(message, context)
      },
    }
    const door = await visited({ otp: { channels: [smsChannel({ transport: slow })] } })
    const all = atOnce(door, door.ann, { to: ANN })
    await expect.poll(() => asked).toBe(1)
    // The others wait for it by now: a later one finds it settled, and would be delivered.
    for (let turn = 0; turn < 3; turn++) await door.browser().get('/otp/config')
    open()
    expect(reasons(await all)).toEqual(Array.from({ length: COPIES }, () => 'delivery_failed'))
    expect((await door.ann.post('/otp/send', { to: ANN })).status).toBe(200)
    expect(vendor.messages).toHaveLength(1)
  })

  it('T27 of another browser are refused, and so is another question', async () => {
    const { ann, browser, sms } = await visited({ otp: { intents: { login: {}, transfer: { context: ['amount'] } } } })
    await ann.post('/otp/send', { to: ANN })
    expect((await browser().post('/otp/send', { to: ANN })).body.reason).toBe('rate_limited')
    expect((await ann.post('/otp/send', { to: ANN, intent: 'transfer', context: { amount: 1 } })).body.reason).toBe('rate_limited')
    const bob = { to: BOB, intent: 'transfer' }
    expect((await ann.post('/otp/send', { ...bob, context: { amount: 1 } })).status).toBe(200)
    expect((await ann.post('/otp/send', { ...bob, context: { amount: 2 } })).body.reason).toBe('rate_limited')
    expect((await ann.post('/otp/send', { ...bob, context: { amount: 1 } })).status).toBe(200)
    expect(sms.messages).toHaveLength(2)
  })

  it('are not one where the code was cancelled or used in between', async () => {
    const { ann, sms } = await visited()
    await ann.post('/otp/send', { to: ANN })
    await ann.post('/otp/cancel')
    expect((await ann.post('/otp/send', { to: ANN })).body.reason).toBe('rate_limited')
    await ann.post('/otp/send', { to: BOB })
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
    expect((await ann.post('/otp/send', { to: BOB })).status).toBe(200)
    expect(sms.messages).toHaveLength(3)
  })

  it('are not one where a code was typed in between', async () => {
    const { ann, sms } = await visited()
    await ann.post('/otp/send', { to: ANN })
    await guess(ann, wrong(sms.code()), 1)
    expect((await ann.post('/otp/send', { to: ANN })).body.reason).toBe('rate_limited')
  })

  it('T66 never tell a sandbox code twice', async () => {
    const { ann } = await visited({ otp: { sandbox: true } })
    const first = await ann.post('/otp/send', { to: ANN })
    const second = await ann.post('/otp/send', { to: ANN })
    expect([first.body.sandboxCodes, second.body.sandboxCodes]).toEqual([{ sms: expect.stringMatching(/^\d{6}$/) }, undefined])
    expect(second.body.id).toBe(first.body.id)
  })

  it('of a first visit, which shows no cookie, cannot be told from those of two browsers', async () => {
    const door = await openDoor({ place })
    const answers = await atOnce(door, door.browser(), { to: ANN })
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(door.sms.messages).toHaveLength(1)
  })
})
