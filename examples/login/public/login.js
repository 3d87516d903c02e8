import { call, ownPath } from './api.js'
import { codeForm } from './code-form.js'
import { byId, once, say, showOnly } from './field.js'
import { explain } from './words.js'

const to = byId('to')
const intent = 'login'
const next = ownPath(new URLSearchParams(location.search).get('returnTo'), '/')

const [config, status] = await Promise.all([call('GET', '/otp/config'), call('GET', '/otp/status')])
if (config.ok && status.ok) start()
else fail(config.ok ? status : config)

function start() {
  const send = () => call('POST', '/otp/send', { to: to.value.trim(), intent })
  const code = codeForm({
    intent,
    sendAgain: () => (to.value.trim() === '' ? undefined : send()),
    onVerified: leave,
    onRestart: ask,
  })

  askFor(config.intents[intent].channels)
  byId('ask-form').addEventListener('submit', async (event) => {
    event.preventDefault()
    const button = byId('ask-button')
    if (button.disabled) return
    await once(button, [button], async () => {
      const answer = to.value.trim() === '' ? { reason: 'empty' } : await send()
      say(to, answer.ok ? '' : explain(answer))
      if (!answer.ok) return
      showOnly('enter')
      code.show(answer)
    })
    if (!byId('ask').hidden) to.focus()
  })

  const pending = status.pending?.find((each) => each.intent === intent)
  if (pending === undefined) return ask()
  showOnly('enter')
  code.show(pending)
}

/** Never resolves: the buttons stay off until the next page is there. */
function leave() {
  location.replace(next)
  return new Promise(() => {})
}

function ask() {
  showOnly('ask')
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
function fail(problem) {
  showOnly('ask')
  say(to, explain(problem))
  to.disabled = true
  byId('ask-button').textContent = 'Try again'
  byId('ask-form').addEventListener('submit', (event) => {
    event.preventDefault()
    location.reload()
  })
}
