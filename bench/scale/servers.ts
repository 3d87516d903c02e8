import { createClient } from 'redis'

/** What Redis servers have done and hold, all together. */
export interface ServerFigures {
  /** Microseconds of processor time since the start. */
  readonly cpu: number
  /** Commands since the start, by what clients sent; those inside of scripts are not told apart. */
  readonly commands: number
  readonly scripts: number
  readonly usedBytes: number
  /** Keys of each server. */
  readonly keys: readonly number[]
}

/** A connection beside the one that is measured, to each server. */
export interface Watcher {
  look(): Promise<ServerFigures>
  /** Mean `MEMORY USAGE` of keys by kind, from so many drawn at random of each server. */
  keyBytes(draws: number): Promise<Readonly<Record<string, number>>>
  flush(): Promise<void>
  close(): void
}

/** Watches servers. Its own commands are counted too, a few for each look. */
export async function watch(urls: readonly string[]): Promise<Watcher> {
  const clients = await Promise.all(urls.map((url) => createClient<Record<string, never>>({ url }).connect()))

  async function lookAt(client: (typeof clients)[number]): Promise<ServerFigures> {
    const [cpu, stats, memory] = await Promise.all([client.info('cpu'), client.info('commandstats'), client.info('memory')])
    return {
      cpu: 1e6 * (figureOf(cpu, 'used_cpu_user:') + figureOf(cpu, 'used_cpu_sys:')),
      commands: sum([...stats.matchAll(/^cmdstat_(?:eval|evalsha|wait):calls=(\d+)/gm)].map(([, calls]) => Number(calls))),
      scripts: figureOf(stats, 'cmdstat_evalsha:calls='),
      usedBytes: figureOf(memory, 'used_memory:'),
      keys: [await client.dbSize()],
    }
  }

  return {
    async look() {
      const all = await Promise.all(clients.map(lookAt))
      return {
        cpu: sum(all.map(({ cpu }) => cpu)),
        commands: sum(all.map(({ commands }) => commands)),
        scripts: sum(all.map(({ scripts }) => scripts)),
        usedBytes: sum(all.map(({ usedBytes }) => usedBytes)),
        keys: all.flatMap(({ keys }) => keys),
      }
    },
    async keyBytes(draws) {
      const seen: Record<string, number[]> = {}
      await Promise.all(
        clients.map(async (client) => {
          // The client's types call it a number.
          const keys: readonly unknown[] = await Promise.all(Array.from({ length: draws }, () => client.randomKey()))
          const texts = keys.filter((key) => typeof key === 'string')
          const sizes = await Promise.all(texts.map((key) => client.memoryUsage(key)))
          for (const [index, key] of texts.entries()) {
            const kind = /:([rbkt]):/.exec(key)?.[1] ?? 'other'
            seen[kind] = [...(seen[kind] ?? []), Number(sizes[index])]
          }
        }),
      )
      return Object.fromEntries(Object.entries(seen).map(([kind, sizes]) => [kind, Math.round(sum(sizes) / sizes.length)]))
    },
    async flush() {
      for (const client of clients) await client.flushAll()
    },
    close() {
      for (const client of clients) client.destroy()
    },
  }
}

function figureOf(info: string, name: string): number {
  return Number(new RegExp(`^${name}([\\d.]+)`, 'm').exec(info)?.[1] ?? 0)
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0)
}
