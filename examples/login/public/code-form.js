import { defineOneTimeCode } from '/vendor/express-otp-client.js'
import { byId, mark, say, showOnly } from './field.js'
import { attempts, channelWords, clock, explain, inWords } from './words.js'

/** The step where a code is typed: shows the state of `code`, a `oneTimeCode`. `onDone()` goes on after the right one, `onStart()` is told of each way back. */
export function codeForm(code, { onDone, onStart }) {
  const box = document.querySelector('one-time-code')
  const [input, button, resend, restart] = ['code', 'code-button', 'resend', 'restart'].map(byId)
  const pressed = { verify: button, resend, cancel: restart }
  let shown = { step: 'start' }
  let refused = ''

  function show() {
    const last = shown
    shown = code.state
    const { busy, config, problem, resendIn, secondsLeft, step, usable } = shown
    // The next page is on its way: the buttons stay off.
    if (step === 'done') return last.step !== 'done' && onDone(shown.result)
    if (step === 'start') return last.step === 'code' && onStart()

    const isNew = busy === undefined && problem === undefined && usable && (last.busy === 'resend' || last.step !== 'code')
    const kind = config.alphabet === 'digits' ? 'digits' : 'characters'
    fill({ channel: channelWords(shown.channel), to: shown.to, reference: shown.reference })
    byId('code-hint').textContent = `${config.codeLength} ${kind}. ${attempts(shown.attemptsLeft)}`
    byId('timer').textContent = usable ? `Expires in ${clock(secondsLeft)}` : ''
    resend.textContent = resendIn === 0 ? 'Send a new code' : `New code in ${clock(resendIn)}`
    resend.classList.toggle('primary', !usable)
    input.classList.toggle('long', config.codeLength > 8)
    measure(config.codeLength, config.alphabet)
    input.disabled = !usable
    button.disabled = !usable || busy !== undefined
    resend.disabled = resendIn > 0 || busy !== undefined
    restart.disabled = busy !== undefined
    for (const [verb, one] of Object.entries(pressed)) mark(one, busy === verb)

    if (problem !== last.problem) say(input, words(problem))
    if (isNew) tell(`Code sent by ${channelWords(shown.channel)}. It is valid for ${inWords(secondsLeft)}.`)
    else if (secondsLeft <= 60 && last.secondsLeft > 60) tell('The code expires in one minute.')
    if (isNew || !usable) {
      box.value = ''
      refused = ''
    }
    showOnly('enter')
    // Where the person goes on.
    if (busy === undefined && (last.busy !== undefined || last.usable !== usable)) {
      const next = usable ? input : resend.disabled ? restart : resend
      next.focus()
      if (usable) input.select()
    }
  }

  /** Known before the element is, so that it need not ask the server. */
  function measure(length, alphabet) {
    box.setAttribute('length', length)
    box.setAttribute('alphabet', alphabet)
  }

  /** What to say of a problem with the code. */
  function words(problem) {
    return problem === undefined ? '' : explain({ ...problem, attemptsLeft: code.state.attemptsLeft })
  }

  input.addEventListener('input', () => say(input, ''))
  byId('code-form').addEventListener('submit', async (event) => {
    event.preventDefault()
    const { busy, config, problem, usable } = code.state
    if (!usable || busy !== undefined) return
    const typed = input.value
    if (typed.length !== config.codeLength) {
      say(input, `The code has ${config.codeLength} ${config.alphabet === 'digits' ? 'digits' : 'characters'}.`)
      return input.focus()
    }
    // It was wrong a moment ago: asking again would only cost another attempt.
    if (typed === refused) return say(input, words(problem))
    const { problem: found } = await code.verify(typed)
    refused = found?.reason === 'invalid_code' ? typed : ''
  })
  // Without scripts these two post forms of their own.
  for (const [element, ask] of [
    [resend, () => code.resend()],
    [restart, () => code.cancel()],
  ]) {
    element.addEventListener('click', (event) => {
      event.preventDefault()
      ask()
    })
  }
  const { codeLength, alphabet } = code.state.config
  if (codeLength > 0) measure(codeLength, alphabet)
  defineOneTimeCode()
  code.subscribe(show)
  show()
}

function fill(values) {
  for (const slot of document.querySelectorAll('[data-fill]')) slot.textContent = values[slot.dataset.fill]
}

function tell(words) {
  byId('announce').textContent = words
}
