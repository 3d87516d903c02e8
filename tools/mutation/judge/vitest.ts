// Stands in for vitest in the tests that judge: these are noted and not run, so that one process can run any of them again and again.
import { readFileSync } from 'node:fs'

export { expect, inject, vi } from 'vitest'

type Work = (...args: readonly never[]) => unknown

export interface Suite {
  readonly number: number
  readonly parent: Suite | undefined
  readonly beforeAll: Work[]
  readonly beforeEach: Work[]
  readonly afterEach: Work[]
  readonly afterAll: Work[]
}

export interface Test {
  readonly id: string
  readonly file: string
  readonly suite: Suite
  readonly run: () => unknown
}

interface Notes {
  count: number
  file: string
  suite: Suite
  tests: Test[]
  finished: Work[]
}

const KEY = '__judge__'
// Modules are reset to be loaded anew, this one too; what it notes is not.
const notes: Notes = Reflect.get(globalThis, KEY) ?? begin()

function begin(): Notes {
  const suite = { number: 0, parent: undefined, beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] }
  const begun: Notes = { count: 0, file: '', suite, tests: [], finished: [] }
  Reflect.set(globalThis, KEY, begun)
  return begun
}

/** Notes the tests of a file. */
export async function collect(path: string): Promise<readonly Test[]> {
  notes.tests = []
  notes.file = path
  notes.suite = newSuite(undefined)
  await import(/* @vite-ignore */ path)
  return notes.tests
}

/** What the test that runs wants done when it is over, the last first. */
export function takeFinished(): readonly Work[] {
  const taken = notes.finished.reverse()
  notes.finished = []
  return taken
}

export const beforeAll = (work: Work): number => notes.suite.beforeAll.push(work)
export const beforeEach = (work: Work): number => notes.suite.beforeEach.push(work)
export const afterEach = (work: Work): number => notes.suite.afterEach.unshift(work)
export const afterAll = (work: Work): number => notes.suite.afterAll.unshift(work)
export const onTestFinished = (work: Work): number => notes.finished.push(work)

type Define = (title: string, ...rest: readonly unknown[]) => void

/** `title, work` and `title, options, work` alike. */
function workIn(rest: readonly unknown[]): (...args: readonly unknown[]) => unknown {
  const work = rest.find((one) => typeof one === 'function')
  return (...args) => (typeof work === 'function' ? Reflect.apply(work, undefined, args) : undefined)
}

function forms(define: (title: string, work: () => unknown) => void) {
  const each =
    (spreads: boolean) =>
    (rows: readonly unknown[]): Define =>
    (title, ...rest) => {
      const work = workIn(rest)
      const isTable = spreads && rows.every(Array.isArray)
      for (const [index, row] of rows.entries()) {
        define(`${title} (${index + 1})`, () => work(...(isTable && Array.isArray(row) ? row : [row])))
      }
    }
  const one: Define = (title, ...rest) => define(title, workIn(rest))
  const skipIf = (isSkipped: unknown): Define => (isSkipped ? () => undefined : one)
  return Object.assign(one, { each: each(true), for: each(false), skipIf })
}

export const describe = forms((_, work) => {
  const outer = notes.suite
  notes.suite = newSuite(outer)
  work()
  notes.suite = outer
})

export const it = forms((title, work) => {
  const { file, suite, tests } = notes
  tests.push({ id: `${file} ${title} ${tests.length}`, file, suite, run: work })
})

export const test = it

function newSuite(parent: Suite | undefined): Suite {
  notes.count += 1
  return { number: notes.count, parent, beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] }
}

/** What `tools/mutate.js` asks for. */
export interface Plan {
  readonly tests: readonly string[]
  readonly mutants: readonly { readonly id: string }[]
  /** What is known already. */
  readonly states: Readonly<Record<string, string>>
  readonly result: string
  /** Milliseconds of tests that a mutant is given: most are noticed in the first hundred, and some are covered by nearly all there are. */
  readonly budgetMs: number
}

export function readPlan(): Plan {
  return JSON.parse(readFileSync(process.env.MUTATION_PLAN ?? '', 'utf8'))
}
