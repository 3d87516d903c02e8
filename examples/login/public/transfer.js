import { call } from './api.js'
import { codeForm } from './code-form.js'
import { byId, once, say, showOnly } from './field.js'
import { explain } from './words.js'

const payee = byId('payee')
const amount = byId('amount')
const intent = 'transfer'

// What is being approved. It goes along with the code, so that a code for one transfer is no good for another.
let transfer = { amount: '', payee: '' }

const send = () => call('POST', '/otp/send', { intent, context: transfer })
const code = codeForm({
  intent,
  context: () => transfer,
  sendAgain: send,
  onVerified: async () => finish(await call('POST', '/transfer', transfer)),
  onRestart: () => ask(),
})

byId('ask-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const button = byId('ask-button')
  const wrong = check()
  if (wrong !== undefined) return wrong.focus()
  if (button.disabled) return
  await once(button, [button], async () => {
    transfer = { amount: amountTyped(), payee: payee.value.trim() }
    for (const slot of document.querySelectorAll('[data-fact]')) slot.textContent = transfer[slot.dataset.fact]
    const answer = await call('POST', '/transfer', transfer)
    // The server is the one to say that a fresh code is needed.
    if (answer.reason !== 'otp_required') return finish(answer)
    const sent = await send()
    if (!sent.ok) return ask(sent)
    showOnly('enter')
    code.show(sent)
  })
})

function amountTyped() {
  const typed = amount.value.trim().replace(',', '.')
  return /^\d{1,7}(\.\d{1,2})?$/.test(typed) && Number(typed) > 0 ? Number(typed).toFixed(2) : undefined
}

function check() {
  say(payee, payee.value.trim() === '' ? 'Who gets the money?' : '')
  say(amount, amountTyped() === undefined ? 'Type an amount such as 120.00.' : '')
  return [payee, amount].find((field) => field.hasAttribute('aria-invalid'))
}

function finish(answer) {
  if (!answer.ok) return ask(answer)
  showOnly('done')
  byId('done-title').focus()
}

function ask(problem) {
  showOnly('ask')
  const field = problem?.errors?.some((error) => error.field.endsWith('payee')) || problem === undefined ? payee : amount
  say(field, problem === undefined ? '' : explain(problem))
  field.focus()
}
