import { Agent, request } from 'node:http'

/** An answer, as far as the mix looks at it. */
export interface Answer {
  readonly status: number
  readonly body: string
}

/** A browser with its cookies and an address of its own. */
export interface Browser {
  get(path: string): Promise<Answer>
  /** A string goes out as it is. */
  post(path: string, body: object | string): Promise<Answer>
  /** Sends half of a request, and hangs up. */
  hangUp(path: string): Promise<void>
  close(): void
}

/** Opens a browser at `127.1.x.y`: each address is limited by itself. */
export function openBrowser(port: number, place: number): Browser {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const localAddress = `127.1.${(place >> 8) & 255}.${place & 255}`
  const cookies = new Map<string, string>()

  function headersFor(length: number): Record<string, string> {
    const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const own = { 'Content-Type': 'application/json', 'Content-Length': String(length), 'Sec-Fetch-Site': 'same-origin' }
    return jar === '' ? own : { ...own, Cookie: jar }
  }

  function ask(method: string, path: string, body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = headersFor(Buffer.byteLength(body))
      const asked = request({ host: '127.0.0.1', port, path, method, agent, headers, localAddress }, (res) => {
        const chunks: Buffer[] = []
        for (const cookie of res.headers['set-cookie'] ?? []) takeCookie(cookies, cookie)
        res.on('data', (chunk: Buffer) => chunks.push(chunk))
        res.on('end', () => resolve({ status: res.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
        res.on('error', reject)
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }

  return {
    get: (path) => ask('GET', path, ''),
    post: (path, body) => ask('POST', path, typeof body === 'string' ? body : JSON.stringify(body)),
    hangUp: (path) =>
      new Promise((resolve) => {
        const asked = request({ host: '127.0.0.1', port, path, method: 'POST', headers: headersFor(400), localAddress, agent: false })
        asked.on('error', () => undefined)
        asked.on('close', resolve)
        asked.write('{"to":"', () => asked.destroy())
      }),
    close: () => agent.destroy(),
  }
}

function takeCookie(cookies: Map<string, string>, set: string): void {
  const [pair = ''] = set.split(';', 1)
  const equals = pair.indexOf('=')
  const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)]
  if (value === '' || /expires=Thu, 01 Jan 1970/i.test(set)) cookies.delete(name)
  else cookies.set(name, value)
}
