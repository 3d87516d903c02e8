import type { Request } from 'express'
import { createOtp, type Otp, type Verified } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { outbox } from 'express-otp/testing'
import { handOver } from '../../src/session/handed-over.js'
import { SECRET } from './door-app.js'

/** What Passport was told, by name and arguments. */
export type Told = readonly [action: 'success' | 'fail' | 'error', ...args: unknown[]]

/** A proof as a router hands it over. */
export const PROOF: Verified = {
  ok: true,
  id: 'an id',
  intent: 'login',
  to: '+12068800123',
  channel: 'sms',
  complete: true,
  waiting: [],
  amr: ['otp', 'sms'],
  proved: [{ channel: 'sms', to: '+12068800123' }],
  attemptsLeft: 4,
  verifiedAt: 0,
  grantExpiresAt: 0,
}

export function otpFor(intents: readonly string[] = ['login']): Otp {
  return createOtp({
    secret: SECRET,
    channels: [smsChannel({ transport: outbox() })],
    intents: Object.fromEntries(intents.map((name) => [name, {}])),
  })
}

interface Runnable {
  authenticate(req: Request, options?: unknown): void
}

/** Runs a strategy as Passport does, on a request whose code was right, and gathers all that it tells. */
export function runStrategy(
  strategy: Runnable,
  fields: object = {},
  proof: Verified = PROOF,
): { readonly told: Told[]; readonly req: Request } {
  const told: Told[] = []
  const req = { headers: {}, ...fields } as Request
  handOver(req, proof)
  const copy: Runnable = Object.create(strategy)
  for (const action of ['success', 'fail', 'error'] as const)
    Reflect.set(copy, action, (...args: unknown[]) => told.push([action, ...args]))
  copy.authenticate(req)
  return { told, req }
}
