import { defineOneTimeCode, oneTimeCode } from 'express-otp/client'
import { createElement, StrictMode, useEffect, useRef, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'

defineOneTimeCode()
// Outside the components, which strict mode mounts twice: the state behind a code is one, and asks for nothing a second time.
const code = oneTimeCode({ intent: 'login' })
const useCode = () => useSyncExternalStore(code.subscribe, () => code.state)

const submit = (verb) => (event) => {
  event.preventDefault()
  verb(new FormData(event.currentTarget))
}

function useFocus(when) {
  const ref = useRef(null)
  useEffect(() => (when ? ref.current.focus() : undefined), [when])
  return ref
}

function Address() {
  const { busy, problem } = useCode()
  return (
    <form onSubmit={submit((fields) => code.send({ to: fields.get('to') }))}>
      <h1>Log in</h1>
      <label htmlFor="to">E-mail</label>
      <input ref={useFocus('once')} id="to" name="to" autoComplete="email" aria-description={problem?.detail} />
      <p role="alert">{problem?.detail}</p>
      <button type="submit" disabled={busy}>
        Send code
      </button>
    </form>
  )
}

function Code() {
  const { attemptsLeft, busy, problem, reference, resendIn, secondsLeft, to, usable } = useCode()
  return (
    <form onSubmit={submit((fields) => code.verify(fields.get('code')))}>
      <h1>Enter your code</h1>
      <p>{`Sent to ${to}, marked ${reference}. ${secondsLeft} seconds and ${attemptsLeft} attempts left.`}</p>
      <one-time-code key={reference} ref={useFocus(usable && reference)} name="code" label="Code" error={problem?.detail} autosubmit="" />
      <button type="submit" disabled={!usable || busy}>
        Log in
      </button>
      <button type="button" disabled={resendIn > 0 || busy} onClick={() => code.resend()}>{`New code ${resendIn || ''}`}</button>
    </form>
  )
}

function Login() {
  const { step } = useCode()
  useEffect(() => void code.load(), [])
  if (step === 'done') return <h1>You are logged in</h1>
  return step === 'code' ? <Code /> : <Address />
}

createRoot(document.getElementById('root')).render(createElement(StrictMode, null, <Login />))
