import { isIPv4, isIPv6 } from 'node:net'

/**
 * The block that an address belongs to, in one spelling: an IPv4 address itself, the first 64 bits of an IPv6 address, and the IPv4
 * address of a mapped one (T06). `''` for what is no address.
 */
export function addressBlock(address: string | undefined): string {
  if (address === undefined) return ''
  if (isIPv4(address)) return address
  const bare = address.split('%', 1)[0] ?? ''
  if (!isIPv6(bare)) return ''
  const groups = expand(bare)
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6)
    return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** The eight groups of a valid IPv6 address. */
function expand(address: string): number[] {
  const [head = '', tail] = address.split('::')
  const front = groupsOf(head)
  const back = tail === undefined ? [] : groupsOf(tail)
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back]
}

function groupsOf(part: string): number[] {
  if (part === '') return []
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}
