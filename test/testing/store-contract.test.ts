import { memoryStore } from 'express-otp/stores/memory'
import { type StoreContractOptions, storeContract, type TestFunction } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { BROKEN_LAWS } from './broken-laws.js'
import { BROKEN_REGISTERS } from './broken-registers.js'
import { BROKEN_STORES } from './broken-stores.js'

/** Titles of the tests that the contract has for such a store. */
function titles(options: StoreContractOptions): string[] {
  const found: string[] = []
  const note: TestFunction = (title) => found.push(title)
  storeContract(note, options)
  return found
}

/** Titles of the tests that fail, each run to its end before the next. */
async function failures(options: StoreContractOptions): Promise<string[]> {
  const tests: { title: string; run: () => Promise<void> }[] = []
  storeContract((title, run) => tests.push({ title, run }), options)
  const failed: string[] = []
  for (const { title, run } of tests) await run().catch(() => failed.push(title))
  return failed
}

describe('storeContract', () => {
  it.each([...BROKEN_STORES, ...BROKEN_LAWS, ...BROKEN_REGISTERS])('notices a store that $mistake', async ({ create, notices }) => {
    const failed = await failures({ create: async (clock) => create(clock) })
    for (const row of notices) expect(failed).toContainEqual(expect.stringMatching(new RegExp(`^${row}`)))
  })

  it('tells every test by its title', () => {
    const all = titles({ create: () => Promise.reject(new Error('not called')) })
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBeGreaterThan(50)
  })

  it('stops the store after every test, also after one that failed', async () => {
    const broken = BROKEN_STORES[0]
    let open = 0
    const failed = await failures({
      async create(clock) {
        open += 1
        const { store } = broken?.create(clock) ?? { store: memoryStore() }
        return {
          store,
          stop: async () => {
            open -= 1
          },
        }
      },
    })
    expect(failed).not.toEqual([])
    expect(open).toBe(0)
  })

  it('fails where the store cannot be made', async () => {
    const options = { create: () => Promise.reject(new Error('no server')) }
    expect(await failures(options)).toEqual(titles(options))
  })
})

describe('storeContract over a store that goes by its own time', () => {
  storeContract(it, {
    ownTime: true,
    create: async () => {
      const store = memoryStore()
      return { store, stop: () => store.close() }
    },
  })
})
