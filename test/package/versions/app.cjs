// A JavaScript application that requires everything: a login through Passport, and a step behind a fresh code.
const { createOtp } = require('express-otp')
const { emailChannel } = require('express-otp/channels/email')
const { requireOtp, sessionRouter } = require('express-otp/express')
const { OtpStrategy } = require('express-otp/passport')
const { redisStore } = require('express-otp/stores/redis')
const express = require('express')
const session = require('express-session')
const passport = require('passport')

const mails = []
const transport = { name: 'mails', deliver: async (message) => void mails.push(message) }

async function main([redisUrl, showsClient]) {
  let client
  let sessions
  if (redisUrl !== undefined) {
    client = await require('redis').createClient({ url: redisUrl }).connect()
    const connectRedis = require('connect-redis')
    const RedisStore = connectRedis.RedisStore ?? connectRedis.default
    sessions = new RedisStore({ client, prefix: `versions:${process.pid}:` })
  }
  const otp = createOtp({
    secret: 'the secret of one application, for tests only',
    channels: [emailChannel({ transport })],
    intents: { login: {}, pay: { stepUp: true, recipient: ({ userId }) => userId } },
    ...(client === undefined || showsClient === 'true' ? {} : { store: redisStore({ client, prefix: `versions:${process.pid}:otp:` }) }),
  })
  const auth = new passport.Passport()
  auth.use(new OtpStrategy(otp, ({ to }) => ({ id: to })))
  auth.serializeUser((user, done) => done(null, user.id))
  auth.deserializeUser((id, done) => done(null, { id }))

  const app = express()
  app.use(session({ secret: 'the secret of sessions', store: sessions, resave: false, saveUninitialized: false }))
  app.use(auth.session())
  app.use(sessionRouter(otp, { passport: auth }))
  app.get('/me', (req, res) => res.json({ user: req.user ?? null }))
  app.post('/pay', requireOtp(otp, { intent: 'pay' }), (req, res) => res.json({ paid: req.otp.to }))

  const server = app.listen(0, '127.0.0.1', async () => {
    console.log(JSON.stringify(await walk(`http://127.0.0.1:${server.address().port}`)))
    server.close()
    await otp.close()
    await client?.close()
  })
}

/** What one browser is told on its way through login and step-up. */
async function walk(url) {
  const jar = new Map()
  const told = []
  async function ask(method, path, body) {
    const headers = { 'Content-Type': 'application/json', Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }
    const res = await fetch(url + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
    for (const cookie of res.headers.getSetCookie()) jar.set(...cookie.split(';')[0].split(/=(.*)/s).slice(0, 2))
    const answer = await res.json()
    told.push(
      `${path} ${res.status} ${answer.status ?? ''} ${answer.reason ?? answer.user?.id ?? answer.paid ?? ''}`.trim().replace(/ +/g, ' '),
    )
  }
  await ask('POST', '/otp/send', { to: 'ann@example.org' })
  await ask('POST', '/otp/verify', { code: mails[0].code === '000000' ? '000001' : '000000' })
  await ask('POST', '/otp/verify', { code: mails[0].code })
  await ask('GET', '/me')
  await ask('POST', '/pay', {})
  await ask('POST', '/otp/send', { intent: 'pay' })
  await ask('POST', '/otp/verify', { code: mails[1]?.code ?? '', intent: 'pay' })
  await ask('POST', '/pay', {})
  await ask('POST', '/pay', {})
  return told
}

main(process.argv.slice(2)).catch((err) => {
  console.error(err)
  process.exitCode = 1
})
