import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOtp, type Transport } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { memoryStore } from 'express-otp/stores/memory'
import { failover } from 'express-otp/transports/failover'
import { webhookTransport } from 'express-otp/transports/webhook'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECRET } from '../helpers/door-app.js'

const SENDS = 2000
const AT_ONCE = 50
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

/** A vendor on a real socket, and whom it took messages for. */
async function vendor(behaviour: 'refuses' | 'hangs' | 'takes'): Promise<{ transport: Transport; taken: string[] }> {
  const taken: string[] = []
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      if (behaviour === 'hangs') return
      if (behaviour === 'takes') taken.push(JSON.parse(Buffer.concat(chunks).toString()).data.to)
      res.writeHead(behaviour === 'takes' ? 200 : 503).end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { transport: webhookTransport({ url, secret: WEBHOOK_SECRET, timeoutSeconds: behaviour === 'hangs' ? 0.5 : 30 }), taken }
}

describe('failover under load', () => {
  it('T35 gives each of 2000 people one message or a clear refusal, and nobody two', async () => {
    const [first, second, third] = await Promise.all([vendor('refuses'), vendor('hangs'), vendor('takes')])
    const transport = failover({ transports: [first.transport, second.transport, third.transport], openSeconds: 3600 })
    const otp = createOtp({ secret: SECRET, channels: [emailChannel({ transport })], store: memoryStore() })
    onTestFinished(() => otp.close())
    const outcomes = new Map<string, string>()
    const people = Array.from({ length: SENDS }, (_, index) => `person${index}@example.org`)
    async function worker(): Promise<void> {
      for (let to = people.pop(); to !== undefined; to = people.pop()) {
        const sent = await otp.send({ tenant: '', userId: '', ip: undefined, to, hold: async () => undefined })
        outcomes.set(to, sent.ok ? 'sent' : sent.reason)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))

    const count = (outcome: string): number => [...outcomes.values()].filter((one) => one === outcome).length
    console.info(
      `failover under load: ${count('sent')} of ${SENDS} reached by the third transport, ${count('delivery_failed')} refused, 0 twice`,
    )
    expect(new Set(third.taken).size).toBe(third.taken.length)
    expect([...third.taken].sort()).toEqual(
      [...outcomes]
        .filter(([, outcome]) => outcome === 'sent')
        .map(([to]) => to)
        .sort(),
    )
    expect(count('sent') + count('delivery_failed')).toBe(SENDS)
    // Those who met the silent vendor before its circuit opened: all who came at once, and those let in by the first four failures.
    expect(count('delivery_failed')).toBeLessThanOrEqual(AT_ONCE + 4)
    expect(otp.health().map(({ state }) => state)).toEqual(['open', 'open', 'closed'])
  })
})
