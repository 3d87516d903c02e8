import { call } from './api.js'
import { byId, once, say } from './field.js'
import { attempts, channelWords, clock, explain, inWords } from './words.js'

const OVER = ['expired', 'no_pending_challenge', 'too_many_attempts']

/**
 * The step where a code is typed: counts down, counts attempts, sends again.
 *
 * `intent` and `context()` go along with the code. `sendAgain()` starts afresh once the code is dead and resolves to the
 * server's answer, or to `undefined` where the page no longer knows the address. `onVerified()` goes on, `onRestart()`
 * goes one step back. Returns `show(sent)`, which takes the answer of a send or what `/otp/status` says is pending.
 */
export function codeForm({ intent, context = () => undefined, sendAgain, onVerified, onRestart }) {
  const [input, button, resend, restart] = ['code', 'code-button', 'resend', 'restart'].map(byId)
  let codeLength = 0
  let kind = ''
  let waiting = false
  let busy = false
  let minuteSaid = false
  let expiresAt = 0
  let resendAt = 0

  function show(sent) {
    waiting = true
    codeLength = sent.codeLength
    kind = sent.alphabet === 'digits' ? 'digits' : 'characters'
    expiresAt = Date.now() + sent.expiresIn * 1000
    resendAt = Date.now() + sent.resendIn * 1000
    minuteSaid = sent.expiresIn <= 60

    const values = { channel: channelWords(sent.channel), to: sent.to, reference: sent.reference }
    for (const slot of document.querySelectorAll('[data-fill]')) slot.textContent = values[slot.dataset.fill]
    byId('announce').textContent = `Code sent by ${values.channel}. It is valid for ${inWords(sent.expiresIn)}.`
    input.inputMode = kind === 'digits' ? 'numeric' : 'text'
    input.classList.toggle('long', codeLength > 8)
    input.value = ''
    countAttempts(sent.attemptsLeft)
    say(input, '')
    settle()
  }

  function countAttempts(left) {
    byId('code-hint').textContent = `${codeLength} ${kind}. ${attempts(left)}`
  }

  function die(problem) {
    waiting = false
    input.value = ''
    say(input, explain(problem))
    settle()
  }

  /** Redraws, then puts the focus where the person goes on. */
  function settle() {
    tick()
    if (busy || byId('enter').hidden) return
    const next = waiting ? input : resend.disabled ? restart : resend
    next.focus()
    if (next === input) input.select()
  }

  function tick() {
    const left = Math.max(0, Math.ceil((expiresAt - Date.now()) / 1000))
    const wait = Math.max(0, Math.ceil((resendAt - Date.now()) / 1000))
    byId('timer').textContent = waiting ? `Expires in ${clock(left)}` : ''
    resend.textContent = wait === 0 ? 'Send a new code' : `New code in ${clock(wait)}`
    resend.classList.toggle('primary', !waiting)
    if (waiting && left <= 60 && !minuteSaid) {
      minuteSaid = true
      byId('announce').textContent = 'The code expires in one minute.'
    }
    if (busy) return
    input.disabled = !waiting
    button.disabled = !waiting
    resend.disabled = wait > 0
    if (waiting && left === 0) die({ reason: 'expired' })
  }

  /** One request at a time: meanwhile every button is off. */
  async function run(pressed, task) {
    if (busy) return
    busy = true
    await once(pressed, [button, resend, restart], task)
    busy = false
    settle()
  }

  async function verify() {
    const answer = await call('POST', '/otp/verify', { code: input.value, intent, context: context() })
    if (answer.ok) {
      waiting = false
      return onVerified()
    }
    if (OVER.includes(answer.reason)) return die(answer)
    if (answer.reason === 'invalid_code') countAttempts(answer.attemptsLeft)
    say(input, explain(answer))
  }

  async function sendNew() {
    const answer = waiting ? await call('POST', '/otp/resend', { intent }) : await sendAgain()
    if (answer === undefined) return onRestart()
    if (answer.ok) return show(answer)
    if (answer.retryAfter !== undefined) resendAt = Date.now() + answer.retryAfter * 1000
    if (OVER.includes(answer.reason)) return die(answer)
    say(input, explain(answer))
  }

  async function goBack() {
    if (waiting) await call('POST', '/otp/cancel', { intent })
    waiting = false
    onRestart()
  }

  // Pasted codes come with spaces and dashes; the box holds the bare code.
  input.addEventListener('input', () => {
    const bare = input.value.replace(/[^0-9A-Za-z]/g, '').slice(0, codeLength)
    if (bare !== input.value) input.value = bare
    say(input, '')
  })

  byId('code-form').addEventListener('submit', (event) => {
    event.preventDefault()
    if (!waiting) return
    if (input.value.length === codeLength) return run(button, verify)
    say(input, `The code has ${codeLength} ${kind}.`)
    input.focus()
  })
  resend.addEventListener('click', () => run(resend, sendNew))
  restart.addEventListener('click', () => run(restart, goBack))
  setInterval(() => byId('enter').hidden || tick(), 1000)

  return { show }
}
