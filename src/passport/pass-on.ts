import type { Request } from 'express'

/**
 * Gives the application's error handler what the application itself threw while it was told an outcome, as Express does with what a handler throws.
 * Passport's `error` is no way for it: a custom callback would be called a second time.
 */
export function passOn(req: Request, err: unknown): void {
  if (req.next === undefined) throw err
  req.next(err)
}
