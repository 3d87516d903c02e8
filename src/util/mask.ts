const DOTS = '\u2022\u2022\u2022'

/** Enough of an address for its owner to know it again, too little for anybody else: `+1206...0123`, `a...@example.org` (T65). */
export function mask(address: string): string {
  const at = address.lastIndexOf('@')
  if (at > 0) return `${address.slice(0, 1)}${DOTS}${address.slice(at)}`
  const shown = Math.max(2, Math.min(5, address.length - 7))
  return `${address.slice(0, shown)}${DOTS}${address.slice(-4)}`
}
