import type { Page } from 'playwright-core'

/** Requests that stand open: an SMS comes by `answer`. */
export interface Requests {
  readonly asked: { readonly transport: unknown; aborted: boolean; answer(code: string): void }[]
}

/** A stand-in for the WebOTP API of the WICG, since no SMS reaches this browser: `OTPCredential`, and `credentials.get({ otp, signal })`. */
export async function standIn(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const requests: Requests = { asked: [] }
    class OTPCredential {
      readonly type = 'otp'
      readonly code: string
      constructor(code: string) {
        this.code = code
      }
    }
    const get = ({ otp, signal }: { otp: { transport: unknown }; signal: AbortSignal }): Promise<OTPCredential> =>
      new Promise((resolve, reject) => {
        const request = { transport: otp.transport, aborted: false, answer: (code: string) => resolve(new OTPCredential(code)) }
        requests.asked.push(request)
        signal.addEventListener('abort', () => {
          request.aborted = true
          reject(new DOMException('aborted', 'AbortError'))
        })
      })
    Reflect.set(globalThis, 'requests', requests)
    Reflect.set(globalThis, 'OTPCredential', OTPCredential)
    Object.defineProperty(navigator, 'credentials', { value: { get } })
  })
}

/** An SMS to this site comes, and the person lets the browser read it. */
export function sms(page: Page, code: string): Promise<void> {
  return page.evaluate((text) => {
    const { asked } = Reflect.get(globalThis, 'requests') as Requests
    for (const request of asked) if (!request.aborted) request.answer(text)
  }, code)
}
