// Runs in the copy of the project that `tools/mutate.js` makes, where src holds every mutant behind a switch: one process for all of them.
import { writeFileSync } from 'node:fs'
import { it, vi } from 'vitest'
import { type Failure, type Group, groupsOf, runGroup } from './run-tests.js'
import { collect, readPlan, type Test } from './vitest.js'

type Hits = Readonly<Record<string, number>>

/** How what Stryker wrote into src is steered. */
interface Switchboard {
  activeMutant: string | undefined
  currentTestId: string | undefined
  hitCount: number | undefined
  hitLimit: number
  readonly mutantCoverage: { readonly static: Hits; readonly perTest: Readonly<Record<string, Hits>> }
}

const board: Switchboard = {
  activeMutant: undefined,
  currentTestId: undefined,
  hitCount: undefined,
  hitLimit: 0,
  mutantCoverage: { static: {}, perTest: {} },
}
Reflect.set(globalThis, '__stryker__', board)

/** Milliseconds of a quick test. */
const QUICK = 10

const plan = readPlan()
const took = new Map<string, number>()
const unfit = new Set<string>()
const limitOf = ({ id }: Test): number => 4000 + 10 * (took.get(id) ?? 0)

it('judges every mutant', { timeout: 0 }, async () => {
  process.on('unhandledRejection', () => undefined)
  let tests = await load()
  for (const group of groupsOf(tests)) {
    const started = (test: Test): void => {
      board.currentTestId = test.id
    }
    const failure = await runGroup(group, () => 60_000, { started, ended: (test, ms) => took.set(test.id, ms) })
    // Without a mutant: it judges nothing, and neither do those behind it.
    if (failure !== undefined) console.log(`mutation: left out, for it fails here anyway: ${failure.test.id}`)
    for (const { id } of group.tests) if (!took.has(id)) unfit.add(id)
  }
  board.currentTestId = undefined
  console.log(`mutation: ${tests.length} tests, ${unfit.size} of them left out, ${Math.round(sum([...took.values()]))} ms`)

  const states: Record<string, string> = { ...plan.states }
  const seen = structuredClone(board.mutantCoverage)
  const covering = new Map<string, string[]>()
  for (const [test, hits] of Object.entries(seen.perTest))
    for (const id of Object.keys(hits)) covering.set(id, [...(covering.get(id) ?? []), test])

  /** The first failure with this mutant that there is not without it. */
  async function judge(id: string, ids: ReadonlySet<string>, again: () => Promise<void>): Promise<Failure | undefined> {
    for (const group of affordable(tests.filter((test) => ids.has(test.id)))) {
      const failure = await switched(id, group)
      if (failure === undefined) continue
      if ((await switched(undefined, group)) === undefined) return failure
      // It may be what the mutant left behind.
      await again()
      for (const test of group.tests) unfit.add(test.id)
      console.log(`mutation: fails now without a mutant: ${failure.test.id}`)
    }
    return undefined
  }

  async function switched(id: string | undefined, group: Group): Promise<Failure | undefined> {
    board.activeMutant = id
    board.hitCount = 0
    board.hitLimit = 100 * (1 + sum(Object.values(seen.perTest).map((hits) => hits[id ?? ''] ?? 0)))
    return await runGroup(group, limitOf, { started: () => undefined })
  }

  const reload = async (): Promise<void> => {
    board.activeMutant = undefined
    tests = await load()
  }
  const later: string[] = []
  for (const [index, { id }] of plan.mutants.entries()) {
    if (states[id] !== undefined) continue
    save(states, id)
    const ids = covering.get(id)
    const failure = ids === undefined ? undefined : await judge(id, new Set(ids), reload)
    board.activeMutant = undefined
    if (failure === undefined && seen.static[id] !== undefined) later.push(id)
    states[id] = failure === undefined ? (ids === undefined ? 'NoCoverage' : 'Survived') : failure.isLate ? 'Timeout' : 'Killed'
    if (index % 50 === 49)
      console.log(
        `mutation: ${index + 1} of ${plan.mutants.length}, ${Object.values(states).filter((state) => state === 'Survived').length} survived`,
      )
  }
  // These are read when a module is loaded, so each needs modules of its own.
  for (const [index, id] of later.entries()) {
    save(states, id)
    board.activeMutant = id
    const loaded = await load().catch(() => undefined)
    if (loaded === undefined) states[id] = 'Killed'
    else {
      tests = loaded
      const failure = await first(id)
      states[id] = failure === undefined ? 'Survived' : 'Killed'
    }
    if (index % 10 === 9) console.log(`mutation: ${index + 1} of ${later.length} that need loading`)
  }
  save(states)

  async function first(id: string): Promise<Failure | undefined> {
    for (const group of affordable(tests)) {
      const failure = await switched(id, group)
      if (failure !== undefined) return failure
    }
    return undefined
  }
})

/** First whatever is quick, which is what looks at one thing; then the quickest of each file, and so on: others of one file look at much the same. */
function affordable(tests: readonly Test[]): Group[] {
  const groups = groupsOf(tests.filter(({ id }) => !unfit.has(id))).sort((one, other) => costOf(one.tests) - costOf(other.tests))
  const seen = new Map<string, number>()
  const ranked = groups.map((group) => {
    if (costOf(group.tests) < QUICK) return { group, rank: 0 }
    const file = group.tests[0]?.file ?? ''
    seen.set(file, (seen.get(file) ?? 0) + 1)
    return { group, rank: seen.get(file) ?? 0 }
  })
  let spent = 0
  return ranked
    .sort((one, other) => one.rank - other.rank)
    .flatMap(({ group }, index) => {
      spent += costOf(group.tests)
      return index === 0 || spent < plan.budgetMs ? [group] : []
    })
}

function costOf(tests: readonly Test[]): number {
  return sum(tests.map(({ id }) => took.get(id) ?? 0))
}

async function load(): Promise<Test[]> {
  vi.resetModules()
  const tests: Test[] = []
  for (const path of plan.tests) tests.push(...(await collect(path)))
  return tests
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, one) => total + one, 0)
}

/** `running` is the one to blame where nothing is heard any more. */
function save(states: object, running?: string): void {
  writeFileSync(plan.result, JSON.stringify({ states, running }))
}
