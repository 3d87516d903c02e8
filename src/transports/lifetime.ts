/** Whole seconds from now to an instant in epoch milliseconds, kept within what a vendor takes. */
export function lifetimeSeconds(expiresAt: number, range: { readonly min: number; readonly max: number }): number {
  return Math.min(range.max, Math.max(range.min, Math.ceil((expiresAt - Date.now()) / 1000)))
}
