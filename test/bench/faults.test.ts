import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../../bench/faults/fault.js'
import type { Heard, Story } from '../../bench/faults/people.js'
import { table } from '../../bench/faults/report.js'
import { type Evidence, judge } from '../../bench/faults/run.js'
import { intoPage } from '../../bench/markdown.js'
import { hasRedis } from '../helpers/redis-server.js'

const FAULT: Fault = { name: 'a fault', begin: () => undefined, end: () => undefined }

const answer = (fields: Partial<Heard> = {}): Heard => ({
  route: 'verify',
  status: 200,
  reason: '',
  startedAt: 2000,
  milliseconds: 5,
  ...fields,
})

const story = (fields: Partial<Story> = {}): Story => ({
  to: '+12068800000',
  jar: new Map(),
  code: '123456',
  accepted: 1,
  wrong: 0,
  unsent: 0,
  sends: 1,
  ending: 'logged in',
  startedAt: 1500,
  endedAt: 2500,
  ...fields,
})

/** The fault lasts from 1000 to 5000, and all is well at 5200. */
const evidence = (fields: Partial<Evidence> = {}): Evidence => ({
  heard: [answer()],
  stories: [story()],
  again: 0,
  began: 1000,
  active: 1100,
  ended: 5000,
  after: 5200,
  codesFor: () => ['123456'],
  ...fields,
})

describe('the judge of the faults', () => {
  it('finds nothing broken where each code was taken once and answers were in time', () => {
    expect(judge(FAULT, evidence())).toMatchObject({ acceptedTwice: 0, backMs: 200, broken: [], codes: 1, spent: 0 })
  })

  it.each<[string, Partial<Evidence>, string]>([
    ['a code that was taken twice at once', { stories: [story({ accepted: 2 })] }, '1 codes accepted twice'],
    ['a code that was taken again', { again: 1 }, '1 codes accepted twice'],
    ['a sixth guess', { stories: [story({ wrong: 5 })] }, '6 guesses compared'],
    ['an answer of another kind', { heard: [answer({ status: 500 })] }, 'answers 500'],
    ['a connection that broke', { heard: [answer({ status: 0 })] }, 'answers 0'],
    ['a message in spite of a 503', { stories: [story({ unsent: 1 })] }, '1 messages sent that were told to be unsent'],
    ['an answer that was late', { heard: [answer({ milliseconds: 2100 })] }, 'an answer took 2100 ms'],
  ])('finds %s', (_, fields, what) => {
    expect(judge(FAULT, evidence(fields)).broken).toEqual([what])
  })

  it('says how many codes were lost, and when the last outage was told', () => {
    const heard = [answer({ status: 503, startedAt: 5300, milliseconds: 100 })]
    const stories = [story({ accepted: 0, ending: 'spent' }), story({ accepted: 0, ending: 'forgotten' }), story({ startedAt: 5100 })]
    const outcome = judge(FAULT, evidence({ heard, stories }))
    expect(outcome).toMatchObject({ backMs: 400, codes: 2, forgotten: 1, spent: 1 })
    expect(table([outcome])).toContain('| a fault |  |  | 1 gone after a 503, 1 gone of 2 | 0 | 1 | 0.4 s |')
  })
})

describe('docs/faults.md', () => {
  const file = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')

  it('holds the table of the run that is kept', () => {
    const page = file('docs/faults.md')
    expect(intoPage(page, table(JSON.parse(file('bench/results/faults.json')).outcomes))).toBe(page)
  })
})

describe.skipIf(!hasRedis)('npm run faults', () => {
  it('T55 T59 runs faults by name, and finds nothing broken', { timeout: 180_000 }, () => {
    const words = ['tools/bench.js', 'faults', '--only=scripts,lost after', '--seconds=1']
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, expect.stringContaining('answers of Redis lost after execution')])
    expect(stdout).toMatch(/\| scripts flushed[^|]*\|[^|]*200 × \d+/)
    expect(stdout).toMatch(/\| answers of Redis lost[^|]*\|[^|]*\|[^|]*503 × \d+/)
  })
})
