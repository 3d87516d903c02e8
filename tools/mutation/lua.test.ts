// Mutates the Lua of `redisStore`, one change at a time, and asks stories of all verbs whether it still decides like the law: through one server, and
// through the same server as if it were a cluster, where each record is decided for itself. A change that Lua cannot compile is none.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { expect, it, vi } from 'vitest'
import type { Store } from '../../src/ports/store.js'
import { memoryStore } from '../../src/stores/memory.js'
import { redisStore } from '../../src/stores/redis.js'
import type { Script } from '../../src/stores/redis-script.js'
import { type TestClock, testClock } from '../../src/testing/test-clock.js'
import { startRedis } from '../../test/helpers/redis-server.js'
import { type Story, stories } from '../../test/stores/redis-stories.js'
import { teller } from '../../test/stores/redis-teller.js'
import { type Mutant, mutantsOf } from './lua-mutants.js'
import { scored } from './report.js'

interface Piecewise {
  readonly pieces: readonly string[]
  compile(): Script
}

const made = vi.hoisted(() => ({ scripts: [] as Piecewise[], active: undefined as Mutant | undefined }))

vi.mock('../../src/stores/redis-script.js', async (load) => {
  const { script } = await load<typeof import('../../src/stores/redis-script.js')>()
  return {
    script(fields: readonly string[], ...pieces: readonly string[]): Script {
      const plain = script(fields, ...pieces)
      let last: { readonly mutant: Mutant; readonly script: Script } | undefined
      function compile(): Script {
        const mutant = made.active
        if (mutant === undefined || !pieces.includes(mutant.piece)) return plain
        if (last?.mutant !== mutant)
          last = { mutant, script: script(fields, ...pieces.map((one) => (one === mutant.piece ? mutant.text : one))) }
        return last.script
      }
      made.scripts.push({ pieces, compile })
      return {
        get text() {
          return compile().text
        },
        sha: () => compile().sha(),
      }
    },
  }
})

const SEED = Number(process.env.MUTATION_SEED ?? 20_260)
const STORIES = Number(process.env.MUTATION_STORIES ?? 300)
const ONE_IN = Number(process.env.MUTATION_ONE_IN ?? 1)
const LEAST_STEPS = 32
// So many at once, each with keys of its own: most of a story is waiting for answers.
const AT_ONCE = 10
const CACHE = new URL('../../.cache/mutation/', import.meta.url)

it('T55 each change of a script decides otherwise than the law', async () => {
  const told = fc.sample(stories(LEAST_STEPS), { seed: SEED, numRuns: STORIES })
  const expected = await Promise.all(told.map((story) => tell(story, (clock) => memoryStore({ clock }))))
  let server = await startRedis()
  let client = new Redis(server.port, '127.0.0.1')
  let number = 0

  /** True where every story ends as the law ends it. */
  async function agrees(): Promise<boolean> {
    await client.flushall()
    for (let from = 0; from < told.length; from += AT_ONCE) {
      const same = await Promise.all(
        told.slice(from, from + AT_ONCE).map((story, index) => asExpected(story, expected[from + index] ?? [])),
      )
      if (same.includes(false)) return false
    }
    return true
  }

  async function asExpected(story: Story, decisions: readonly unknown[]): Promise<boolean> {
    number += 1
    const prefix = `s${number}`
    for (const isCluster of [false, true]) {
      const kind = { isCluster, call: (name: string, ...args: string[]) => client.call(name, ...args) }
      const create = (clock: TestClock): Store => redisStore({ client: kind, prefix: `${prefix}${isCluster}`, clock, deadlineSeconds: 5 })
      const isSame = await tell(story, create, decisions).then(
        (seen) => seen.length === decisions.length,
        () => false,
      )
      if (!isSame) return false
    }
    return true
  }

  /** A script that never ends keeps its server for itself. */
  async function anew(): Promise<void> {
    client.disconnect()
    await server.stop()
    server = await startRedis()
    client = new Redis(server.port, '127.0.0.1')
  }

  try {
    expect(await agrees()).toBe(true)
    const pieces = new Set(made.scripts.flatMap((script) => script.pieces).filter((piece) => piece.includes('\n')))
    const sources = luaSources()
    const where = ({ piece, line }: Mutant): string => {
      for (const [name, text] of sources) {
        const at = text.indexOf(piece)
        if (at >= 0) return `src/stores/${name}:${text.slice(0, at).split('\n').length + line}`
      }
      return ''
    }
    // Stories know nothing of the register, whose scripts have a model of their own.
    const all = [...pieces].flatMap(mutantsOf).filter((mutant) => !/-register/.test(where(mutant)))
    const mutants = all.filter((_, index) => index % ONE_IN === 0)
    const counts = { killed: 0, late: 0, survived: 0, unseen: 0 }
    const lines: string[] = []
    let none = 0
    for (const [index, mutant] of mutants.entries()) {
      made.active = mutant
      const changed = made.scripts.filter((script) => script.pieces.includes(mutant.piece)).map((script) => script.compile().text)
      if (!(await compiles(client, changed[0] ?? ''))) none += 1
      else if (await agrees()) {
        counts.survived += 1
        lines.push(`${where(mutant)} ${mutant.change}`)
        console.log(lines.at(-1))
      } else counts.killed += 1
      if ((await Promise.race([client.ping().catch(() => ''), later()])) !== 'PONG') await anew()
      if (index % 100 === 99) console.log(`${index + 1} of ${mutants.length}`, counts)
    }
    console.log(
      `${none} changes that Lua cannot compile are not counted; one in ${ONE_IN} of ${all.length}, seed ${SEED}, ${STORIES} stories`,
    )
    mkdirSync(CACHE, { recursive: true })
    writeFileSync(new URL('lua.row', CACHE), scored('lua', counts))
    writeFileSync(new URL('lua.survivors', CACHE), lines.join('\n'))
  } finally {
    client.disconnect()
    await server.stop()
  }
})

/** Every decision of a story; with `expected` it ends with the first that is another. */
async function tell({ limits, steps }: Story, create: (clock: TestClock) => Store, expected?: readonly unknown[]): Promise<unknown[]> {
  const clock = testClock()
  const { tell, hear } = teller(clock, limits)
  const store = create(clock)
  const decisions: unknown[] = []
  try {
    for (const step of steps) {
      const decision = await tell(step)(store)
      if (expected !== undefined && !isDeepStrictEqual(decision, expected[decisions.length])) return decisions
      decisions.push(decision)
      hear(step, decision)
    }
    return decisions
  } finally {
    await store.close()
  }
}

async function compiles(client: Redis, text: string): Promise<boolean> {
  return await client.script('LOAD', text).then(
    () => true,
    () => false,
  )
}

/** The sources that hold Lua, by name. */
function luaSources(): [string, string][] {
  const folder = new URL('../../src/stores/', import.meta.url)
  const names = readdirSync(folder).filter((name) => name.startsWith('redis-'))
  return names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')])
}

function later(): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, 2000, 'late'))
}
