import { call } from './api.js'
import { byId, once, say } from './field.js'
import { attempts, channelWords, clock, explain, inWords } from './words.js'

/**
 * The step where a code is typed: counts down, counts attempts, sends again.
 *
 * `intent` and `context()` go along with the code. `sendAgain()` starts afresh once the code is dead and resolves to the
 * server's answer, or to `undefined` where the page no longer knows the address. `onVerified()` may return what to say
 * when it fails. `onRestart()` goes one step back. Returns `show(sent)`.
 */
export function codeForm({ config, intent, context = () => undefined, sendAgain, onVerified, onRestart }) {
  const [input, button, resend, restart] = ['code', 'code-button', 'resend', 'restart'].map(byId)
  const { codeLength, alphabet } = config
  let waiting = false
  let busy = false
  let expiresAt = 0
  let resendAt = 0
  let minuteSaid = false

  input.inputMode = alphabet === 'digits' ? 'numeric' : 'text'
  input.classList.toggle('long', codeLength > 8)

  function show(sent) {
    waiting = true
    minuteSaid = sent.expiresIn <= 60
    expiresAt = Date.now() + sent.expiresIn * 1000
    resendAt = Date.now() + sent.resendIn * 1000
    const filled = { channel: channelWords(sent.channel), to: sent.to, reference: sent.reference }
    for (const slot of document.querySelectorAll('[data-fill]')) slot.textContent = filled[slot.dataset.fill] ?? slot.textContent
    byId('code-hint').textContent = hint(sent.attemptsLeft)
    byId('announce').textContent = `Code sent by ${filled.channel}. It is valid for ${inWords(sent.expiresIn)}.`
    say(input, '')
    input.value = ''
    tick()
    input.focus()
  }

  function hint(left) {
    const kind = alphabet === 'digits' ? 'digits' : 'characters'
    return `${codeLength} ${kind}. ${attempts(left)}`
  }

  function die(problem) {
    waiting = false
    input.value = ''
    say(input, explain(problem))
    tick()
    if (resend.disabled) restart.focus()
    else resend.focus()
  }

  function tick() {
    const left = Math.max(0, Math.ceil((expiresAt - Date.now()) / 1000))
    const wait = Math.max(0, Math.ceil((resendAt - Date.now()) / 1000))
    if (waiting && left === 0 && !busy) return die({ reason: 'expired' })
    byId('timer').textContent = waiting ? `Expires in ${clock(left)}` : ''
    resend.textContent = wait === 0 ? 'Send a new code' : `New code in ${clock(wait)}`
    if (!busy) {
      input.disabled = !waiting
      button.disabled = !waiting
      resend.disabled = wait > 0
    }
    resend.classList.toggle('primary', !waiting)
    if (waiting && left <= 60 && !minuteSaid) {
      minuteSaid = true
      byId('announce').textContent = 'The code expires in one minute.'
    }
  }

  async function run(pressed, task) {
    busy = true
    await once(pressed, [button, resend, restart].filter((each) => each !== pressed), task)
    busy = false
    tick()
  }

  // Pasted codes come with spaces and dashes; the box holds the bare code.
  input.addEventListener('input', () => {
    const bare = input.value.replace(/[^0-9A-Za-z]/g, '').slice(0, codeLength)
    if (bare !== input.value) input.value = bare
    if (input.hasAttribute('aria-invalid')) say(input, '')
  })

  byId('code-form').addEventListener('submit', (event) => {
    event.preventDefault()
    if (busy || !waiting) return
    if (input.value.length < codeLength) {
      say(input, `The code has ${codeLength} ${alphabet === 'digits' ? 'digits' : 'characters'}.`)
      return input.focus()
    }
    run(button, async () => {
      const answer = await call('POST', '/otp/verify', { code: input.value, intent, context: context() })
      if (answer.ok) {
        waiting = false
        await onVerified()
      } else if (['expired', 'no_pending_challenge', 'too_many_attempts'].includes(answer.reason)) {
        die(answer)
      } else {
        if (answer.attemptsLeft !== undefined) byId('code-hint').textContent = hint(answer.attemptsLeft)
        say(input, explain(answer))
      }
    }).then(() => {
      if (!waiting) return
      input.focus()
      input.select()
    })
  })

  resend.addEventListener('click', () => run(resend, async () => {
    const answer = waiting ? await call('POST', '/otp/resend', { intent }) : await sendAgain()
    if (answer === undefined) return onRestart()
    if (answer.ok) return show(answer)
    if (answer.retryAfter !== undefined) resendAt = Date.now() + answer.retryAfter * 1000
    if (answer.reason === 'no_pending_challenge' || answer.reason === 'expired') die(answer)
    else say(input, explain(answer))
  }))

  restart.addEventListener('click', () => run(restart, async () => {
    if (waiting) await call('POST', '/otp/cancel', { intent })
    waiting = false
    onRestart()
  }))

  setInterval(() => {
    if (!byId('enter').hidden) tick()
  }, 1000)

  return { show }
}
