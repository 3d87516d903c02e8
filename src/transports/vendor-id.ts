/** A vendor's message id as it may be kept: 1 to 200 printable ASCII characters, or `undefined` for anything else. */
export function vendorId(value: unknown): string | undefined {
  return typeof value === 'string' && /^[!-~]{1,200}$/.test(value) ? value : undefined
}
