// A login by e-mail with Express 4 and CommonJS, without a script in the browser. `npm install && npm start`, and codes are printed here.
const { randomBytes } = require('node:crypto')
const express = require('express')
const session = require('express-session')
const { createOtp } = require('express-otp')
const { emailChannel } = require('express-otp/channels/email')
const { otpPage, sessionRouter } = require('express-otp/express')
const { consoleTransport } = require('express-otp/transports/console')

// Keep both in your configuration: with new ones at each start nobody stays logged in.
const secrets = { otp: randomBytes(32).toString('hex'), session: randomBytes(32).toString('hex') }
const otp = createOtp({ secret: secrets.otp, service: 'Acme', channels: [emailChannel({ transport: consoleTransport() })] })

const app = express()
app.use(session({ secret: secrets.session, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax', secure: 'auto' } }))
app.use(
  sessionRouter(otp, {
    forms: { page: '/login', done: '/' },
    login({ to }, req) {
      req.session.user = to
    },
  }),
)

app.get('/', (req, res) => {
  if (req.session.user === undefined) return res.redirect(303, '/login')
  res.send(page(`<p>You are logged in as ${escapeHtml(req.session.user)}.</p>${form('/logout', 'Log out')}`))
})

app.get('/login', async (req, res, next) => {
  // Express 4 does not look at promises.
  const shown = await otpPage(req).catch(next)
  if (shown === undefined) return
  const { pending, problem, values } = shown
  const said = problem === undefined ? '' : `<p role="alert">${escapeHtml(problem.detail)}</p>`
  const ask = `<label>E-mail <input name="to" type="email" required autocomplete="email" value="${escapeHtml(values.to ?? '')}"></label>`
  const type = '<label>Code <input name="code" required inputmode="numeric" autocomplete="one-time-code"></label>'
  const sent = pending && `<p>The code is in the message marked ${pending.reference}, sent to ${escapeHtml(pending.to)}.</p>`
  res.send(
    page(
      said +
        (sent ? sent + form('/otp/verify', 'Log in', type) + form('/otp/cancel', 'Begin anew') : form('/otp/send', 'Send a code', ask)),
    ),
  )
})

app.post('/logout', (req, res, next) => {
  req.session.destroy((err) => (err ? next(err) : res.redirect(303, '/login')))
})

function page(body) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Acme</title><main>${body}</main>`
}

function form(action, label, field = '') {
  return `<form method="post" action="${action}">${field} <button>${label}</button></form>`
}

function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
