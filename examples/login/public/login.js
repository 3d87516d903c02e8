import { oneTimeCode } from '/vendor/express-otp-client.js'
import { codeForm } from './code-form.js'
import { byId, mark, say, showOnly } from './field.js'
import { explain } from './words.js'

const [to, button] = ['to', 'ask-button'].map(byId)
const next = ownPath(new URLSearchParams(location.search).get('returnTo'), '/')

const code = oneTimeCode({ intent: 'login' })
const { config, problem, step } = await code.load()
if (problem !== undefined) fail(problem)
else start()

function start() {
  askFor(config.channels)
  byId('ask-form').addEventListener('submit', async (event) => {
    event.preventDefault()
    if (code.state.busy !== undefined) return
    if (to.value.trim() === '') return refuse(explain({ reason: 'empty' }))
    const sent = await code.send({ to: to.value.trim() })
    if (sent.problem === undefined) say(to, '')
    else refuse(explain(sent.problem))
  })
  code.subscribe(() => {
    const isSending = code.state.busy === 'send'
    button.disabled = isSending
    mark(button, isSending)
  })
  codeForm(code, { onDone: () => location.replace(next), onStart: ask })
  if (step === 'start') ask()
}

function ask() {
  showOnly('ask')
  to.focus()
}

function refuse(words) {
  say(to, words)
  to.focus()
}

/** Words the field for what the server can reach. */
function askFor(channels) {
  const phone = channels.some((channel) => channel !== 'email')
  const email = channels.includes('email')
  const label = phone && email ? 'Phone number or e-mail' : phone ? 'Phone number' : 'E-mail'
  document.querySelector('label[for=to]').textContent = label
  byId('to-hint').textContent = phone ? 'Phone numbers with country code, such as +12068800123.' : ''
  to.inputMode = email ? 'email' : 'tel'
  to.autocomplete = phone && email ? 'username' : phone ? 'tel' : 'email'
}

/** The server did not even say what it offers: say so where people look, and offer another try. */
function fail(why) {
  showOnly('ask')
  say(to, explain(why))
  to.disabled = true
  button.textContent = 'Try again'
  byId('ask-form').addEventListener('submit', (event) => {
    event.preventDefault()
    location.reload()
  })
}

/** A path of this site and nothing else: one `/` in front, no second one, no backslash, no control character. */
function ownPath(path, otherwise) {
  if (path === null || !/^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(path)) return otherwise
  const url = new URL(path, location.origin)
  // "/.//elsewhere" resolves to "//elsewhere", which is another host.
  return url.origin === location.origin && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : otherwise
}
