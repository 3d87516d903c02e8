import { vi } from 'vitest'
import { type Suite, type Test, takeFinished } from './vitest.js'

/** Tests that share what is set up before all of them. */
export interface Group {
  readonly chain: readonly Suite[]
  readonly tests: Test[]
}

/** How a test or what stands around it went wrong. */
export type Failure = { readonly test: Test; readonly isLate: boolean }

const LATE = Symbol('late')
// A test may put a clock of its own in this one's place.
const { setTimeout, clearTimeout } = globalThis

/** Tests with the same `beforeAll` come one after the other; others stand alone. */
export function groupsOf(tests: readonly Test[]): Group[] {
  const groups = new Map<number | string, Group>()
  for (const test of tests) {
    const chain = chainOf(test.suite)
    const shared = chain.findLast((suite) => suite.beforeAll.length > 0 || suite.afterAll.length > 0)
    const key = shared?.number ?? test.id
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { chain: shared === undefined ? [] : chainOf(shared), tests: [test] })
    else group.tests.push(test)
  }
  return [...groups.values()]
}

/** Runs a group until its first failure; `started` hears of each test, `ended` how long it took. */
export async function runGroup(
  { chain, tests }: Group,
  limitOf: (test: Test) => number,
  hear: { started(test: Test): void; ended?(test: Test, ms: number): void },
): Promise<Failure | undefined> {
  let current = tests[0]
  if (current === undefined) return undefined
  try {
    hear.started(current)
    for (const suite of chain) for (const work of suite.beforeAll) await within(60_000, work)
    for (const test of tests) {
      current = test
      hear.started(test)
      const from = performance.now()
      await within(limitOf(test), () => runTest(test))
      hear.ended?.(test, performance.now() - from)
    }
    return undefined
  } catch (err) {
    return { test: current, isLate: err === LATE }
  } finally {
    for (const suite of chain.toReversed()) for (const work of suite.afterAll) await within(20_000, work).catch(() => undefined)
    vi.useRealTimers()
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
    vi.unstubAllGlobals()
  }
}

async function runTest({ suite, run }: Test): Promise<void> {
  const chain = chainOf(suite)
  try {
    for (const one of chain) for (const work of one.beforeEach) await Reflect.apply(work, undefined, [])
    await run()
  } finally {
    for (const one of chain.toReversed()) for (const work of one.afterEach) await Reflect.apply(work, undefined, [])
    for (const work of takeFinished()) await Reflect.apply(work, undefined, [])
  }
}

function chainOf(suite: Suite): Suite[] {
  return suite.parent === undefined ? [suite] : [...chainOf(suite.parent), suite]
}

async function within(ms: number, work: (...args: readonly never[]) => unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(LATE), ms)
  })
  try {
    await Promise.race([Promise.resolve().then(() => Reflect.apply(work, undefined, [])), late])
  } finally {
    clearTimeout(timer)
  }
}
