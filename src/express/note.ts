import type { Request, Response } from 'express'
import type { DoorReason } from '../core/problem.js'
import type { FieldError, Refused } from '../core/results.js'
import { abandonSession, freshSession, saveSession } from '../session/usable-session.js'
import type { Door } from './actions.js'

/** What a refused form tells the page that is shown next. */
export interface NotedProblem extends Pick<Refused, 'attemptsLeft' | 'retryAfter'> {
  readonly reason: DoorReason
  readonly errors?: readonly FieldError[] | undefined
}

/** What one form came to, for the page that is shown next. */
export interface Note {
  readonly action: string
  readonly problem?: NotedProblem | undefined
  /** What was typed, by the names of the form's fields. */
  readonly values: Readonly<Record<string, string>>
}

/** As much of a problem as a page may know: what a program is told of it. */
export function notedProblem(problem: NotedProblem | undefined): NotedProblem | undefined {
  if (problem === undefined) return undefined
  const { attemptsLeft, errors, reason, retryAfter } = problem
  return { attemptsLeft, errors, reason, retryAfter }
}

/** Fields that a page shows again. A code is typed anew. */
const KEPT = /^(to|channel|locale|(context|recipients)\.[\w-]{1,40})$/

/** What a form shows again of its fields. */
export function typedValues(fields: ReadonlyMap<string, unknown>): Readonly<Record<string, string>> {
  const flat = [...fields].flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).map(([part, one]) => [`${name}.${part}`, one] as const)
      : [[name, value] as const],
  )
  return Object.fromEntries(flat.flatMap(([name, value]) => (KEPT.test(name) && typeof value === 'string' ? [[name, value]] : [])))
}

/**
 * Leaves a note for the page, in the session and encrypted, for what was typed is an address (T65). A session that fails costs the note alone: the address of the page
 * still tells the reason.
 */
export async function leaveNote(door: Door, req: Request, res: Response, intent: string, note: Note): Promise<void> {
  try {
    await door.place.session(req, res)
    // Let go of, because it ended under this request.
    if (req.sessionID === undefined) return
    const session = await freshSession(req)
    // To save what a logout destroyed in the meantime would undo that logout (T45).
    if (session === undefined) return abandonSession(req)
    session.otp = { ...session.otp, note: { intent, sealed: door.otp.cookies.seal(JSON.stringify(note)) } }
    await saveSession(session)
  } catch {
    abandonSession(req)
  }
}

/** Takes the note for a page of this intent: it is read once. */
export async function takeNote(door: Door, req: Request, res: Response, intent: string): Promise<Note | undefined> {
  const session = await door.place.session(req, res)
  const { note, ...others } = session.otp ?? {}
  if (note?.intent !== intent) return undefined
  if (Object.keys(others).length === 0) delete session.otp
  else session.otp = others
  const text = typeof note.sealed === 'string' ? door.otp.cookies.open(note.sealed) : undefined
  // Written by `leaveNote` and authenticated by the cipher, so the shape is known.
  return text === undefined ? undefined : (JSON.parse(text) as Note)
}
