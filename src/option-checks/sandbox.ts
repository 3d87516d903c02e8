import { optionError } from '../options.js'

/** Whom a sandbox covers: everybody, or these canonical addresses. */
export type Sandbox = boolean | { readonly recipients: readonly string[] }

/** Whom the option `sandbox` covers; says so, and refuses it where people's accounts are (T66). */
export function sandboxOf(sandbox: Sandbox | undefined): (address: string) => boolean {
  if (sandbox === undefined || sandbox === false) return () => false
  if (process.env.NODE_ENV === 'production')
    throw optionError('createOtp', 'option "sandbox" answers with codes; it is refused with NODE_ENV=production')
  const covers = sandbox === true ? 'everybody' : `${sandbox.recipients.length} recipients`
  process.emitWarning(`createOtp: the sandbox is open for ${covers}: codes are answered, not delivered.`, 'OtpWarning')
  return sandbox === true ? () => true : (address) => sandbox.recipients.includes(address)
}
