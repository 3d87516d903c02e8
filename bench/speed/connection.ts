import { connect, type Socket } from 'node:net'

/** An answer, as far as the load looks at it. */
export interface Answer {
  readonly status: number
  /** `name=value` of each Set-Cookie. */
  readonly cookies: readonly string[]
  readonly body: string
}

/** One keep-alive connection, with one request at a time. */
export interface Connection {
  ask(path: string, headers: string, body: string): Promise<Answer>
  close(): void
}

/** Connects to a port of this machine. A client of its own, because any other would cost more than what it measures. */
export async function openConnection(port: number): Promise<Connection> {
  const socket = await connected(port)
  let received = ''
  let waiting: { resolve(answer: Answer): void; reject(err: Error): void } | undefined
  socket.on('data', (text: string) => {
    received += text
    const read = readAnswer(received)
    if (read === undefined) return
    received = received.slice(read.length)
    waiting?.resolve(read.answer)
    waiting = undefined
  })
  socket.setTimeout(20_000, () => {
    if (waiting !== undefined) socket.destroy(new Error(`no answer within 20 s, but ${JSON.stringify(received)}`))
  })
  socket.once('error', (err) => waiting?.reject(err))
  socket.once('close', () => waiting?.reject(new Error('the server closed the connection')))
  return {
    ask: (path, headers, body) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('the server closed the connection'))
        waiting = { resolve, reject }
        const length = Buffer.byteLength(body)
        socket.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}Content-Length: ${length}\r\n\r\n${body}`, 'latin1')
      }),
    close: () => socket.destroy(),
  }
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    // A byte is a character, so that lengths agree.
    socket.setEncoding('latin1')
    socket.once('error', reject)
    socket.once('connect', () => resolve(socket))
  })
}

/** Reads the first answer of a text, with its length; `undefined` while it is not all there. */
export function readAnswer(text: string): { readonly answer: Answer; readonly length: number } | undefined {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  const lines = text.slice(0, head).split('\r\n')
  const status = Number(lines[0]?.slice(9, 12))
  const cookies: string[] = []
  let bodyLength = 0
  let isChunked = false
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (name === 'content-length') bodyLength = Number(line.slice(colon + 1))
    else if (name === 'transfer-encoding') isChunked = true
    else if (name === 'set-cookie') cookies.push(line.slice(colon + 1, line.includes(';') ? line.indexOf(';') : undefined).trim())
  }
  const start = head + 4
  if (isChunked) {
    const end = text.startsWith('0\r\n\r\n', start) ? start : text.indexOf('\r\n0\r\n\r\n', start)
    if (end < 0) return undefined
    return { answer: { status, cookies, body: text.slice(start, end) }, length: end === start ? start + 5 : end + 7 }
  }
  const end = start + bodyLength
  return text.length < end ? undefined : { answer: { status, cookies, body: text.slice(start, end) }, length: end }
}
