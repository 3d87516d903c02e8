/** Somebody who asks for a code, with a browser's cookies. */
export interface Person {
  readonly to: string
  readonly ip: string
  readonly cookies: Map<string, string>
  code: string
  wrongGuesses: number
}

/** Requests that one address sends for: fewer than any limit of ours. */
const PEOPLE_AT_ONE_ADDRESS = 4

/** Makes people, each with a mailbox of their own, four behind one address. */
export function makePeople(): () => Person {
  let count = 0
  return () => {
    const place = Math.floor(count / PEOPLE_AT_ONE_ADDRESS)
    const to = `person-${String(count).padStart(7, '0')}@example.org`
    count++
    return { to, ip: `10.${(place >> 16) & 255}.${(place >> 8) & 255}.${place & 255}`, cookies: new Map(), code: '000000', wrongGuesses: 0 }
  }
}

/** What a browser sends with a request of its own page. */
export function headersOf({ cookies, ip }: Person): string {
  const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const about = 'Content-Type: application/json\r\nOrigin: http://127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n'
  return `${about}X-Forwarded-For: ${ip}\r\n${jar === '' ? '' : `Cookie: ${jar}\r\n`}`
}

/** Keeps what an answer sets, and forgets what it takes away. */
export function takeCookies({ cookies }: Person, set: readonly string[]): void {
  for (const cookie of set) {
    const equals = cookie.indexOf('=')
    const [name, value] = [cookie.slice(0, equals), cookie.slice(equals + 1)]
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }
}

/** A code that is certainly not this one. */
export function wrongCode(code: string): string {
  return code.slice(0, -1) + String((Number(code.at(-1)) + 1) % 10)
}
