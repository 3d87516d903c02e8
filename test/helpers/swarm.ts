import { Agent, type ClientRequest, request } from 'node:http'

/** Addresses of this machine that the servers take for different clients. */
const ADDRESSES: readonly string[] = Array.from({ length: 8 }, (_, index) => `127.0.0.${index + 2}`)
const SOCKETS_OF_AN_ADDRESS = 32

export interface Ask {
  readonly url: string
  /** Makes it a POST. */
  readonly body?: object
  /** Cookies as `name=value`. */
  readonly cookies?: readonly string[]
  /** Where it comes from. @default 127.0.0.1 */
  readonly from?: string
}

export interface Reply {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
  /** What the answer set, as `name=value`. */
  readonly cookies: readonly string[]
  readonly milliseconds: number
}

/** Many clients at once. */
export interface Swarm {
  /** Opens 256 connections to each server, 32 from each of 8 addresses: a race over connections that are still being made is none (T02). */
  warm(urls: readonly string[]): Promise<void>
  ask(ask: Ask): Promise<Reply>
  /** Asks all at once, spread over the addresses: each request waits on its open connection for its last byte, then all bytes are sent. */
  burst(asks: readonly Ask[]): Promise<readonly Reply[]>
  close(): void
}

/** A request that lacks its last byte. */
interface Held {
  readonly flushed: Promise<void>
  readonly reply: Promise<Reply>
  release(): void
}

export function swarm(): Swarm {
  const talking = new Agent({ keepAlive: true })
  const racing = new Agent({ keepAlive: true, maxSockets: SOCKETS_OF_AN_ADDRESS, maxFreeSockets: SOCKETS_OF_AN_ADDRESS })

  function open(): number {
    return Object.values(racing.freeSockets).reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0)
  }

  function ask(one: Ask, agent: Agent = talking): Promise<Reply> {
    const held = hold(agent, one)
    held.release()
    return held.reply
  }

  return {
    ask,
    async warm(urls) {
      const asks = urls.flatMap((url) =>
        ADDRESSES.flatMap((from) => Array<Ask>(SOCKETS_OF_AN_ADDRESS).fill({ url: `${url}/healthz`, from })),
      )
      await Promise.all(asks.map((one) => ask(one, racing)))
      if (open() < asks.length) throw new Error(`only ${open()} of ${asks.length} connections are open`)
    },
    async burst(asks) {
      // Beyond these, requests wait for a connection and cannot be flushed yet.
      const connections = open()
      const held = spread(asks).map((one) => hold(racing, one))
      const replies = Promise.all(held.map(({ reply }) => reply))
      await Promise.race([enough(held, Math.min(held.length, connections)), replies])
      for (const one of held) one.release()
      return await replies
    },
    close() {
      talking.destroy()
      racing.destroy()
    },
  }
}

function enough(held: readonly Held[], count: number): Promise<void> {
  let flushed = 0
  return new Promise((resolve) => {
    for (const one of held) void one.flushed.then(() => ++flushed === count && resolve())
  })
}

/** Each server hears the addresses in turn. */
function spread(asks: readonly Ask[]): readonly Ask[] {
  const asked = new Map<string, number>()
  return asks.map((one) => {
    const index = asked.get(new URL(one.url).host) ?? 0
    asked.set(new URL(one.url).host, index + 1)
    return { from: ADDRESSES[index % ADDRESSES.length] ?? '', ...one }
  })
}

function hold(agent: Agent, { body, cookies = [], from, url }: Ask): Held {
  const text = body === undefined ? '' : JSON.stringify(body)
  const started = performance.now()
  const req: ClientRequest = request(url, {
    agent,
    method: body === undefined ? 'GET' : 'POST',
    ...(from === undefined ? {} : { localAddress: from }),
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
      ...(cookies.length === 0 ? {} : { Cookie: cookies.join('; ') }),
    },
    signal: AbortSignal.timeout(20_000),
  })
  const reply = new Promise<Reply>((resolve, reject) => {
    req.once('error', reject)
    req.once('response', (res) => {
      let answer = ''
      res.setEncoding('utf8').on('data', (chunk: string) => {
        answer += chunk
      })
      res.once('error', reject)
      res.once('end', () => {
        const set = (res.headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0] ?? '')
        const json = /json/.test(res.headers['content-type'] ?? '') ? JSON.parse(answer) : {}
        resolve({ status: res.statusCode ?? 0, json, cookies: set, milliseconds: performance.now() - started })
      })
    })
  })
  return {
    reply,
    flushed: new Promise((resolve) => (text === '' ? resolve() : req.write(text.slice(0, -1), () => resolve()))),
    release: () => req.end(text.slice(-1)),
  }
}

/** A jar after an answer: what it set replaces what had the same name. */
export function kept(jar: readonly string[], { cookies }: Reply): readonly string[] {
  const names = cookies.map((pair) => pair.slice(0, pair.indexOf('=') + 1))
  return [...jar.filter((pair) => !names.some((name) => pair.startsWith(name))), ...cookies]
}
