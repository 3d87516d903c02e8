import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * What happens to bytes. `flow`: they pass. `swallow`: requests pass, replies are lost. `hold`: connections are accepted, nothing passes either
 * way. `refuse`: nobody listens.
 */
export type ProxyMode = 'flow' | 'swallow' | 'hold' | 'refuse'

/** A TCP proxy in front of a server on 127.0.0.1, to make the network between the two a bad one. */
export interface TcpProxy {
  readonly port: number
  /** From `refuse`, and to it, every connection ends; so does, back in `flow`, one that lost bytes. */
  set(mode: ProxyMode): Promise<void>
  /** Each piece of a reply arrives so many milliseconds later. */
  delay(milliseconds: number): void
  /** Ends every connection; new ones go to this port. */
  retarget(port: number): void
  /** How many bytes were lost so far. */
  lost(): number
  stop(): Promise<void>
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
  hasLost: boolean
}

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let [mode, late, to, lost]: [ProxyMode, number, number, number] = ['flow', 0, target, 0]
  let server: Server | undefined
  let port = 0

  function end(pair: Pair): void {
    pairs.delete(pair)
    pair.near.destroy()
    pair.far.destroy()
  }

  function pass(pair: Pair, from: Socket, into: Socket, isLost: () => boolean, isLate: boolean): void {
    // In order, also where the delay shrinks in between: a reply that overtakes another would be taken for its answer.
    const queue: { readonly bytes: Buffer; readonly dueAt: number }[] = []
    let timer: NodeJS.Timeout | undefined

    function drain(): void {
      timer = undefined
      const now = performance.now()
      for (let [first] = queue; first !== undefined; [first] = queue) {
        if (first.dueAt > now) {
          timer = setTimeout(drain, first.dueAt - now)
          return
        }
        queue.shift()
        if (into.writable) into.write(first.bytes)
      }
    }

    from.on('data', (bytes) => {
      if (isLost()) {
        pair.hasLost = true
        lost += bytes.length
        return
      }
      queue.push({ bytes, dueAt: performance.now() + (isLate ? late : 0) })
      if (timer === undefined) drain()
    })
    from.once('error', () => end(pair))
    from.once('close', () => {
      clearTimeout(timer)
      end(pair)
    })
  }

  function accept(near: Socket): void {
    const pair: Pair = { near, far: connect({ port: to, host: '127.0.0.1', noDelay: true }), hasLost: false }
    pairs.add(pair)
    pass(pair, near, pair.far, () => mode === 'hold', false)
    pass(pair, pair.far, near, () => mode === 'hold' || mode === 'swallow', true)
  }

  async function listen(): Promise<void> {
    const one = createServer({ noDelay: true }, accept)
    await new Promise<void>((resolve, reject) => {
      one.once('error', reject)
      one.listen(port, '127.0.0.1', resolve)
    })
    const address = one.address()
    if (address !== null && typeof address === 'object') port = address.port
    server = one
  }

  async function close(): Promise<void> {
    const one = server
    server = undefined
    for (const pair of pairs) end(pair)
    if (one !== undefined) await new Promise((resolve) => one.close(resolve))
  }

  await listen()
  return {
    port,
    async set(next) {
      const isClosed = mode === 'refuse'
      mode = next
      if (next === 'refuse') await close()
      else if (isClosed) await listen()
      if (next === 'flow') for (const pair of pairs) if (pair.hasLost) end(pair)
    },
    delay(milliseconds) {
      late = milliseconds
    },
    retarget(next) {
      to = next
      for (const pair of pairs) end(pair)
    },
    lost: () => lost,
    stop: close,
  }
}
