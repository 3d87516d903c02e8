import type { Request, Response } from 'express'
import { callerOf } from '../session/caller.js'
import { pointerOf } from '../session/state.js'
import type { Door } from './actions.js'
import { sendJson } from './respond.js'

/** What is pending in this browser, masked and with its countdowns, and which grants it has: all that a page needs after a reload. */
async function status(door: Door, req: Request, res: Response): Promise<void> {
  const pending: object[] = []
  const grants: object[] = []
  // Grants are in the session, wherever the router stands, and belong to whoever a guard will see there.
  const session = await door.place.session(req, res)
  const holder = callerOf(req, session, door.settings)
  for (const intent of door.otp.intents.values()) {
    const visit = await door.place.visit(req, res, intent)
    const found = await door.otp.pending({ ...visit.caller, intent: intent.name, id: visit.pending })
    if (found !== undefined) pending.push({ ...found, expiresAt: new Date(found.expiresAt).toISOString() })
    const grant = await door.otp.grant({ ...holder, intent: intent.name, id: pointerOf(session, 'granted', intent.name) })
    if (grant !== undefined) grants.push({ intent: intent.name, expiresIn: Math.ceil((grant.expiresAt - grant.now) / 1000) })
  }
  sendJson(res, { pending, grants })
}

/** What a page must know to be right for this app, and nothing secret. */
async function config(door: Door, _req: Request, res: Response): Promise<void> {
  const intents = [...door.otp.intents.values()].map((intent) => [
    intent.name,
    {
      channels: intent.channels,
      codeLength: intent.codeLength,
      alphabet: intent.alphabet,
      expiresIn: intent.ttlSeconds,
      maxAttempts: intent.maxAttempts,
      cooldown: door.otp.cooldownSeconds,
      stepUp: intent.stepUp,
      context: intent.context,
    },
  ])
  sendJson(res, { channels: door.otp.channels, intents: Object.fromEntries(intents) })
}

/** The GET routes by name. */
export const READERS: Readonly<Record<string, (door: Door, req: Request, res: Response) => Promise<void>>> = { status, config }
