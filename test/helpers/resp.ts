import { connect } from 'node:net'

/**
 * Sends one command to a Redis server over a connection of its own and returns the raw reply without its first byte. Enough to
 * bring a server up: status, error, number and bulk replies; an error reply rejects.
 */
export function resp(port: number, ...words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect({ port, host: '127.0.0.1' })
    socket.setEncoding('utf8')
    socket.setTimeout(2000, () => socket.destroy(new Error(`${words[0]}: no reply within 2 s`)))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error(`${words[0]}: connection closed`)))
    socket.once('connect', () =>
      socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`),
    )
    socket.on('data', (text: string) => {
      received += text
      const reply = whole(received)
      if (reply === undefined) return
      if (received.startsWith('-')) reject(new Error(reply))
      resolve(reply)
      socket.destroy()
    })
  })
}

function whole(received: string): string | undefined {
  const end = received.indexOf('\r\n')
  if (end < 0) return undefined
  const head = received.slice(1, end)
  if (!received.startsWith('$')) return head
  const body = received.slice(end + 2)
  return body.length >= Number(head) + 2 ? body.slice(0, Number(head)) : undefined
}
