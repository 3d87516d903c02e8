/** What the browser hands over of an SMS that ends in `@host #code` (WebOTP, WICG). */
interface OtpCredential extends Credential {
  readonly code?: string
}

/**
 * Waits for an SMS to this site where the browser can read one with the person's consent, else does nothing. The person may decline and no message may
 * ever come: neither is a fault.
 */
export function listenForSms(onCode: (code: string) => void, signal: AbortSignal): void {
  if (!('OTPCredential' in globalThis)) return
  // The compiler's DOM does not know this member yet.
  const request = { otp: { transport: ['sms'] }, signal } as CredentialRequestOptions
  navigator.credentials.get(request).then(
    (credential: OtpCredential | null) => {
      if (credential?.code && !signal.aborted) onCode(credential.code)
    },
    () => {},
  )
}
