/** True where `version` is `least` or later; what follows a hyphen is left out. */
export function atLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((text) => (text.replace(/^v/, '').split('-', 1)[0] ?? '').split('.').map(Number))
  for (const [index, part] of (want ?? []).entries()) {
    const own = have?.[index] ?? 0
    if (own !== part) return own > part
  }
  return true
}

/** True where a version is in a range as our `peerDependencies` write them: `>=7`, `>=4.21 <6`, `^1.18`. */
export function isWithin(version: string, range: string): boolean {
  return range.split(' ').every((part) => {
    const least = part.replace(/^\D+/, '')
    if (part.startsWith('<')) return !atLeast(version, least)
    return atLeast(version, least) && (!part.startsWith('^') || !atLeast(version, String(Number.parseInt(least, 10) + 1)))
  })
}
