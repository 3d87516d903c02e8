import type { Wording } from '../../src/ports/message.js'
import type { Transport } from '../../src/ports/transport.js'

/** A transport that is never called. */
export const noTransport: Transport = {
  name: 'none',
  deliver: async () => {
    throw new Error('nothing is delivered here')
  },
}

/** A plain login, with what a test wants to differ. */
export function wording(differing: Partial<Wording> = {}): Wording {
  return {
    code: '482913',
    intent: 'login',
    reference: 'KX',
    ttlSeconds: 300,
    locale: undefined,
    context: undefined,
    service: 'Acme',
    host: undefined,
    ...differing,
  }
}
