import type { RedisConnection } from './redis-connection.js'

/** Commands as a server saw them. */
export interface Seen {
  readonly commands: string
  /** Without those inside of scripts. */
  readonly count: number
}

/** Watches a server from now on, through a connection of its own. */
export async function watchCommands(client: RedisConnection): Promise<{ stop(): Promise<Seen> }> {
  const lines: string[] = []
  const watcher = client.duplicate()
  await watcher.connect()
  await watcher.monitor((line) => {
    lines.push(line)
  })
  return {
    async stop() {
      // Whatever comes before this was seen by then.
      await client.ping()
      await new Promise((resolve) => setTimeout(resolve, 50))
      watcher.destroy()
      return readMonitor(lines)
    },
  }
}

/** Reads lines such as `1700000000.123456 [0 127.0.0.1:50000] "get" "key"`; `lua` stands where the address would, inside of a script. */
export function readMonitor(lines: readonly string[]): Seen {
  const commands: { readonly name: string; readonly inner: string[] }[] = []
  for (const line of lines) {
    const [, place, name = ''] = /\[\d+ (\S+)\] "(\w+)"/.exec(line) ?? []
    if (place === undefined || name.toLowerCase() === 'ping') continue
    if (place === 'lua') commands.at(-1)?.inner.push(name.toUpperCase())
    else commands.push({ name: name.toUpperCase(), inner: [] })
  }
  const said = commands.map(({ inner, name }) => (inner.length === 0 ? name : `${name}(${inner.join(' ')})`))
  return { commands: said.join(' '), count: commands.length }
}
