import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import express, { type Express, type RequestHandler } from 'express'
import { createOtp, type Otp, type OtpOptions } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { requireOtp, sessionRouter } from 'express-otp/express'
import { type Outbox, outbox, type TestClock, testClock } from 'express-otp/testing'
import session from 'express-session'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Browser, browserOf, listen, SECRET } from '../helpers/door-app.js'
import { root } from '../helpers/source-files.js'
import { guess, reasons, userRoutes } from './scenes.js'

const [, recipe = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/change-address.md'), 'utf8')) ?? []

interface World {
  readonly mail: Outbox
  readonly clock: TestClock
  readonly users: Map<string, { address: string }>
  browser(user?: string): Promise<Browser>
}

/** The very lines of docs/change-address.md in an app, with both intents at the guard or with other ones. */
async function start(intents = "['old-address', 'new-address']"): Promise<World> {
  const [mail, clock, app] = [outbox(), testClock(), express()]
  const users = new Map(['ann', 'bob'].map((name) => [name, { address: `${name}@old.example` }]))
  const needUser: RequestHandler = (req, res, next) => {
    const id: unknown = Reflect.get(req.session, 'user')
    if (typeof id !== 'string') return void res.sendStatus(401)
    req.user = { id }
    next()
  }
  app.use(session({ secret: 'cookie secret', resave: false, saveUninitialized: false }))
  const later = express.Router()
  const options: OtpOptions = { secret: SECRET, clock, channels: [emailChannel({ transport: mail })] }
  const lines = recipe.replace("['old-address', 'new-address']", intents)
  const run = new Function('createOtp', 'requireOtp', 'options', 'users', 'app', 'needUser', `${lines}; return otp`)
  // The recipe makes it, as its first line says.
  const otp = run(createOtp, requireOtp, options, users, later, needUser) as Otp
  app.use(sessionRouter(otp))
  userRoutes(app)
  app.use(later as unknown as Express)
  const server = await listen(app)
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await otp.close()
  })
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return {
    mail,
    clock,
    users,
    async browser(user) {
      const one = browserOf(origin)
      await one.post('/become', { user })
      return one
    },
  }
}

async function prove({ mail }: World, one: Browser, intent: string, to?: string): Promise<void> {
  expect((await one.post('/otp/send', { intent, to })).status).toBe(200)
  expect(reasons(await guess(one, mail.code(), 1, { intent }))).toEqual(['verified'])
}

const change = async (one: Browser): Promise<unknown> => {
  const { body, status } = await one.post('/account/address', { to: 'eve@evil.example', address: 'eve@evil.example' })
  return body?.address ?? status
}

describe('a new address for a user who is signed in, as the recipe has it', () => {
  it.each([
    ['old-address', 'new-address'],
    ['new-address', 'old-address'],
  ])('T18 changes nothing before both addresses of one channel are proved: %s, then %s', async (first, second) => {
    const world = await start()
    const ann = await world.browser('ann')
    const to: Record<string, string> = { 'new-address': 'ann@new.example' }
    expect(await change(ann)).toBe(401)
    await prove(world, ann, first, to[first])
    expect(await change(ann)).toBe(401)
    expect(world.users.get('ann')).toEqual({ address: 'ann@old.example' })
    await prove(world, ann, second, to[second])
    expect(world.mail.messages.map((message) => message.to).sort()).toEqual(['ann@new.example', 'ann@old.example'])
    expect(await change(ann)).toBe('ann@new.example')
    expect(world.users.get('ann')).toEqual({ address: 'ann@new.example' })
    expect(await change(ann)).toBe(401)
  })

  it('T18 the old one is that of the record, whatever the request says', async () => {
    const world = await start()
    const ann = await world.browser('ann')
    const refused = await ann.post('/otp/send', { intent: 'old-address', to: 'eve@evil.example' })
    expect(refused.body.errors).toEqual([{ field: 'to', reason: 'not_allowed' }])
  })

  it('T13 the new one is the one that was proved last, not one that is pending', async () => {
    const world = await start()
    const ann = await world.browser('ann')
    await prove(world, ann, 'old-address')
    await prove(world, ann, 'new-address', 'ann@new.example')
    await prove(world, ann, 'new-address', 'ann@newer.example')
    await ann.post('/otp/send', { intent: 'new-address', to: 'eve@evil.example' })
    expect(await change(ann)).toBe('ann@newer.example')
  })

  it('T17 T26 proofs of another user, of nobody or of another session are none', async () => {
    const world = await start()
    const [ann, nobody, elsewhere] = [await world.browser('ann'), await world.browser(), await world.browser('ann')]
    await prove(world, nobody, 'new-address', 'eve@evil.example')
    await nobody.post('/become', { user: 'bob' })
    await prove(world, nobody, 'old-address')
    expect(await change(nobody)).toBe(401)
    await prove(world, ann, 'old-address')
    await prove(world, elsewhere, 'new-address', 'ann@new.example')
    expect([await change(ann), await change(elsewhere)]).toEqual([401, 401])
    expect([...world.users.values()]).toEqual([{ address: 'ann@old.example' }, { address: 'bob@old.example' }])
  })

  it('T26 both have to be fresh', async () => {
    const world = await start()
    const ann = await world.browser('ann')
    await prove(world, ann, 'old-address')
    world.clock.advance(299)
    await prove(world, ann, 'new-address', 'ann@new.example')
    world.clock.advance(1)
    expect(await change(ann)).toBe(401)
  })

  it('by option the new one alone is enough', async () => {
    const world = await start("'new-address'")
    const ann = await world.browser('ann')
    expect(await change(ann)).toBe(401)
    await prove(world, ann, 'new-address', 'ann@new.example')
    expect(await change(ann)).toBe('ann@new.example')
  })
})
