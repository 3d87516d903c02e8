import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from './server-process.js'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

interface Line {
  readonly heard: () => string
  readonly isOpen: () => boolean
  say(text: string): void
}

/** A server that repeats what it is told, in capitals of its own. */
async function echo(mark: string): Promise<{ readonly port: number; readonly said: () => string }> {
  let said = ''
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      said += bytes
      socket.write(mark + bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0, said: () => said }
}

async function dial({ port }: TcpProxy): Promise<Line> {
  let [heard, isOpen] = ['', false]
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('data', (bytes) => {
    heard += bytes
  })
  socket.once('close', () => {
    isOpen = false
  })
  ends.push(() => socket.destroy())
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  isOpen = true
  return { heard: () => heard, isOpen: () => isOpen, say: (text) => void socket.write(text) }
}

async function proxyTo(port: number): Promise<TcpProxy> {
  const proxy = await startTcpProxy(port)
  ends.push(proxy.stop)
  return proxy
}

describe('startTcpProxy', () => {
  it('passes what is said both ways, and after retarget to another server', async () => {
    const [one, other] = [await echo('1'), await echo('2')]
    const proxy = await proxyTo(one.port)
    const line = await dial(proxy)
    line.say('a')
    await until('the answer', async () => line.heard() === '1a')
    proxy.retarget(other.port)
    await until('the end', async () => !line.isOpen())
    const next = await dial(proxy)
    next.say('b')
    await until('the answer', async () => next.heard() === '2b')
  })

  it('keeps replies in order where the delay ends in between', async () => {
    const server = await echo('')
    const proxy = await proxyTo(server.port)
    const line = await dial(proxy)
    proxy.delay(200)
    line.say('a')
    await until('the server', async () => server.said() === 'a')
    proxy.delay(0)
    line.say('b')
    await until('the server', async () => server.said() === 'ab')
    expect(line.heard()).toBe('')
    await until('the answer', async () => line.heard() === 'ab')
  })

  it('loses replies, or everything, and ends such a connection when bytes flow again', async () => {
    const server = await echo('')
    const proxy = await proxyTo(server.port)
    const [line, quiet] = [await dial(proxy), await dial(proxy)]
    await proxy.set('swallow')
    line.say('a')
    await until('the loss', async () => proxy.lost() === 1)
    await proxy.set('hold')
    line.say('b')
    await until('the loss', async () => proxy.lost() === 2)
    await proxy.set('flow')
    await until('the end', async () => !line.isOpen())
    expect([line.heard(), quiet.isOpen()]).toEqual(['', true])
    quiet.say('c')
    await until('the answer', async () => quiet.heard() === 'c')
    expect(server.said()).toBe('ac')
  })

  it('refuses connections, then takes them on the same port', async () => {
    const server = await echo('')
    const proxy = await proxyTo(server.port)
    const line = await dial(proxy)
    await proxy.set('refuse')
    await until('the end', async () => !line.isOpen())
    await expect(dial(proxy)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await proxy.set('flow')
    expect((await dial(proxy)).isOpen()).toBe(true)
  })
})
