import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { Queue, UnrecoverableError, Worker } from 'bullmq'
import { Redis } from 'ioredis'

const NAME = 'one-time-codes'

/**
 * A transport that puts messages on a queue, for workers on other machines to deliver. What lies in the queue is encrypted, because a
 * message holds a code. Close it with `close()`.
 */
export function queueTransport({ connection, secret, name = NAME }) {
  const queue = new Queue(name, { connection })
  return {
    name: 'queue',
    async deliver(message) {
      const job = await queue.add('message', { sealed: seal(secret, message) }, { removeOnComplete: true, removeOnFail: true })
      return { id: job.id }
    },
    close: () => queue.close(),
  }
}

/**
 * Delivers queued messages through a real transport. When a worker dies, another one takes its message over, unless the dead one had
 * begun to hand it to the vendor: then the message may have gone out, and nobody gets two.
 */
export function startWorker({ connection, secret, transport, name = NAME, lockSeconds = 30, timeoutSeconds = 10 }) {
  const marks = new Redis(connection.url)
  const worker = new Worker(
    name,
    async (job) => {
      const message = unseal(secret, job.data.sealed)
      if (Date.now() >= message.expiresAt) throw new UnrecoverableError('the code has expired')
      // Whoever sets the mark sends, once. It outlives the code.
      if ((await marks.set(`${name}:begun:${job.id}`, '1', 'EX', 900, 'NX')) === null) throw new UnrecoverableError('may have been sent')
      await transport.deliver(message, { signal: AbortSignal.timeout(timeoutSeconds * 1000) })
    },
    { connection, lockDuration: lockSeconds * 1000, stalledInterval: lockSeconds * 1000, maxStalledCount: 3 },
  )
  worker.once('closed', () => marks.disconnect())
  return worker
}

function seal(secret, message) {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce)
  return Buffer.concat([nonce, cipher.update(JSON.stringify(message), 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

function unseal(secret, sealed) {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAuthTag(bytes.subarray(-16))
  return JSON.parse(decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8'))
}

function keyOf(secret) {
  return createHash('sha256').update(secret).digest()
}
