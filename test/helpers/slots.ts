import { createClient } from 'redis'
import type { RedisServer } from './redis-server.js'

/** How many slots go to and fro. */
const SLOTS = 400

/** Slots on their way. */
export interface Moving {
  /** So far. */
  readonly moved: { readonly slots: number; readonly keys: number }
  /** Every slot comes back to where it was; resolves when it is there. */
  halt(): Promise<void>
}

/**
 * Moves slots of the first node to the second one and back, one after another, as `redis-cli --cluster reshard` does it, round and round until `halt` is
 * called: the first ones, or those named.
 */
export function moveSlots(nodes: readonly RedisServer[], named?: readonly number[]): Moving {
  const state = { slots: 0, keys: 0, isOver: false }
  const end = move(nodes, named ?? Array.from({ length: SLOTS }, (_, slot) => slot), state)
  // Awaited by `halt`.
  end.catch(() => undefined)
  return {
    moved: state,
    async halt() {
      state.isOver = true
      await end
    },
  }
}

async function move(nodes: readonly RedisServer[], slots: readonly number[], state: { slots: number; keys: number; isOver: boolean }) {
  const clients = await Promise.all(nodes.map(({ url }) => createClient({ url }).connect()))
  const [one, other] = clients
  const ports = nodes.map(({ port }) => String(port))
  if (one === undefined || other === undefined) throw new Error('a move needs two nodes')
  try {
    const ids = await Promise.all(clients.map((client) => client.sendCommand<string>(['CLUSTER', 'MYID'])))
    for (let round = 0; !(state.isOver && round % 2 === 0); round++) {
      const [from, to, at] = round % 2 === 0 ? [one, other, 1] : [other, one, 0]
      for (const slot of slots.map(String)) {
        await to.sendCommand(['CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids[1 - at] ?? ''])
        await from.sendCommand(['CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids[at] ?? ''])
        for (;;) {
          const keys = await from.sendCommand<string[]>(['CLUSTER', 'GETKEYSINSLOT', slot, '10'])
          if (keys.length === 0) break
          await from.sendCommand(['MIGRATE', '127.0.0.1', ports[at] ?? '', '', '0', '1000', 'KEYS', ...keys])
          state.keys += keys.length
        }
        for (const client of [to, from, ...clients.slice(2)]) await client.sendCommand(['CLUSTER', 'SETSLOT', slot, 'NODE', ids[at] ?? ''])
        state.slots++
      }
    }
  } finally {
    for (const client of clients) client.destroy()
  }
}
