import type { Worker } from 'bullmq'
import type { Transport } from 'express-otp'

interface QueueOptions {
  readonly connection: { readonly url: string }
  /** Encrypts what lies in the queue; the same for both ends. */
  readonly secret: string
  readonly name?: string
}

export function queueTransport(options: QueueOptions): Transport & { close(): Promise<void> }

export function startWorker(
  options: QueueOptions & { readonly transport: Transport; readonly lockSeconds?: number; readonly timeoutSeconds?: number },
): Worker
