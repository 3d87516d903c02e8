import { oneTimeCode } from '/vendor/express-otp-client.js'
import { codeForm } from './code-form.js'
import { byId, mark, say, showOnly } from './field.js'
import { explain } from './words.js'

const [payee, amount, button] = ['payee', 'amount', 'ask-button'].map(byId)

// What is being approved. It goes along with the code, so that a code for one transfer is no good for another.
let transfer = { amount: facts('amount'), payee: facts('payee') }

const code = oneTimeCode({ intent: 'transfer', context: () => transfer })
// The page was loaded again while a code is waiting, or its time was over meanwhile.
if (!byId('enter').hidden && (await code.load()).step === 'start') ask()
codeForm(code, { onDone: async () => finish(await post()), onStart: () => ask() })

byId('ask-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const wrong = check()
  if (wrong !== undefined) return wrong.focus()
  if (button.disabled) return
  button.disabled = true
  mark(button, true)
  await begin()
  button.disabled = false
  mark(button, false)
})

async function begin() {
  transfer = { amount: amountTyped(), payee: payee.value.trim() }
  for (const slot of document.querySelectorAll('[data-fact]')) slot.textContent = transfer[slot.dataset.fact]
  const answer = await post()
  // The server is the one to say that a fresh code is needed.
  if (answer.reason !== 'otp_required') return finish(answer)
  const { problem } = await code.send()
  if (problem !== undefined) ask(problem)
}

/** Orders the transfer. A refusal comes back as `{ ok: false, reason }`, never as a throw. */
async function post() {
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  const response = await fetch('/transfer', { method: 'POST', headers, body: JSON.stringify(transfer) }).catch(() => undefined)
  const answer = await response?.json().catch(() => undefined)
  return { reason: 'no_answer', ...answer, ok: response?.ok === true }
}

/** What the server says of the transfer that waits; `''` where none does. */
function facts(name) {
  return document.querySelector(`#enter [data-fact=${name}]`).textContent
}

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
