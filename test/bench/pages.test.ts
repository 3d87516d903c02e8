import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesOf as scaleFiles } from '../../bench/scale/files.js'
import type { LevelFigures } from '../../bench/scale/levels.js'
import { scalePage } from '../../bench/scale/page.js'
import type { ScaleResults } from '../../bench/scale/report.js'
import { filesOf as soakFiles } from '../../bench/soak/files.js'
import { type SoakResults, soakPage } from '../../bench/soak/page.js'
import type { SoakResult } from '../../bench/soak/run.js'
import { root } from '../helpers/source-files.js'

const inFile = (name: string): string => readFileSync(join(root, name), 'utf8')

function level(pending: number, changes: Partial<LevelFigures> = {}): LevelFigures {
  const cost = (times: number) => ({ micros: 100 * times, serverMicros: 50 * times, commands: times, perSecond: 9000 / times })
  const costs = { issue: cost(1), wrong: cost(2), right: cost(3), resend: cost(4) }
  return { pending, bytes: 460, keyBytes: { r: 300 }, keys: [1.25 * pending], fillSeconds: 1, sweepMs: 0, costs, ...changes }
}

const inMemory = level(1000, { sweepMs: 0.5 })
const none = { micros: 200, serverMicros: 0, commands: 0, perSecond: 5000 }
const SCALE: ScaleResults = {
  machine: { processor: 'one', cores: 2, node: '20.20.2' },
  memory: [inMemory, level(1_000_000, { sweepMs: 123.4, costs: { issue: none, wrong: none, right: none, resend: none } })],
  redis: [level(1000), level(1_000_000)],
  memorySms: [level(20_000, { bytes: 1240 })],
  redisSms: [level(20_000, { bytes: 680 })],
  cluster: [level(20_000, { keys: [8000, 8100, 8900] })],
  clusterSms: [level(20_000, { bytes: 740, keys: [8000, 8100, 8900] })],
}

const course = (median: number, growth: number) => ({ median, growth, perHour: 0, flat: true })
const soaked: SoakResult = {
  samples: [
    { seconds: 10, rss: 2e8, heapUsed: 3e7, redisBytes: 3e6, entries: 5, redisKeys: 5, stoodStillMs: 20, resources: { Timeout: 3 } },
    { seconds: 20, rss: 2e8, heapUsed: 3e7, redisBytes: 3e6, entries: 5, redisKeys: 5, stoodStillMs: 20, resources: { Timeout: 3 } },
  ],
  warmUpSeconds: 5,
  courses: {
    rss: course(153_400_000, -0.056),
    heapUsed: course(30_410_000, 0.0061),
    redisBytes: course(3_099_000, 0),
    handles: course(48, 0),
    kept: course(2940, -0.3),
  },
  requests: 103_437,
  answers: { 'send 200': 9 },
  broken: 0,
  handles: { before: { Timeout: 3, TCPSocketWrap: 2 }, after: { Timeout: 4 } },
  left: 0,
  endless: 0,
  stoodStillMs: 20,
  verdict: [],
}
const SOAK: SoakResults = {
  options: { minutes: 30, people: 30, restMs: 900, sampleSeconds: 10, filling: 10_500 },
  speed: 240,
  results: {
    memory: { ...soaked, courses: { ...soaked.courses, redisBytes: course(0, 0) } },
    redis: { ...soaked, verdict: ['heapUsed grows', '3 requests broke'] },
  },
}

const PAGES = [
  ['scale', scalePage(SCALE), scaleFiles(SCALE), (json: string) => scaleFiles(JSON.parse(json))],
  ['soak', soakPage(SOAK), soakFiles(SOAK), (json: string) => soakFiles(JSON.parse(json))],
] as const

describe.each(PAGES)('the files of a run of bench:%s', (name, page, files, again) => {
  it('have tables of one width, without holes', () => {
    const tables = page.split('\n\n').filter((part) => part.startsWith('|'))
    expect(tables.length).toBeGreaterThan(0)
    for (const table of tables) expect(new Set(table.split('\n').map((row) => row.split('|').length)).size).toBe(1)
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('have their part between the marks of the page, and all else as it was', () => {
    const around = (text: string): readonly string[] => text.split(/<!-- run -->[\s\S]*<!-- \/run -->/)
    const renewed = files[`docs/${name}.md`] ?? ''
    expect(around(renewed)).toEqual(around(inFile(`docs/${name}.md`)))
    expect(renewed).toContain(page)
    expect(page).toContain(`(images/${name}.svg)`)
    expect(files[`docs/images/${name}.svg`]).toMatch(/^<svg/)
  })

  it('agree with the run that is kept', () => {
    const kept = `bench/results/${name}.json`
    if (!existsSync(join(root, kept))) return expect(inFile(`docs/${name}.md`)).toContain(`\`npm run bench:${name}\` writes them here.`)
    for (const [path, text] of Object.entries(again(inFile(kept)))) expect([path, inFile(path)]).toEqual([path, text])
  })
})

describe('the page of scale', () => {
  const lines = scalePage(SCALE).split('\n')

  it('shows what each code takes where most are pending, and of servers only where there are some', () => {
    const own = '1 000 000 | 460 | 1.25'
    expect(lines).toContain(`| memory, e-mail | ${own} |  | 200, 200, 200, 200 |  |`)
    expect(lines).toContain(`| one Redis, e-mail | ${own} | 1, 2, 3, 4 | 100, 200, 300, 400 | 50, 100, 150, 200 |`)
  })

  it('compares each level with the first one', () => {
    expect(lines).toContain('| memory | 1 000 000 | 460 | 2.00 | 1.00 | 0.67 | 0.50 | 120 ms |')
    expect(lines).toContain('| Redis, the server | 1 000 000 | 460 | 1.00 | 1.00 | 1.00 | 1.00 |  |')
  })

  it('counts up to a hundred million from the figures of the cluster', () => {
    // A send and a right code: 200 us of the servers, 4 calls; 5 787 a second, and 333 333.
    expect(lines).toContain('| sends a second | 5 800 | 5 800 | 330 000 | 330 000 |')
    expect(lines).toContain('| records, GB | 46 | 74 | 46 | 74 |')
    expect(lines).toContain('| script calls a second | 23 000 | 23 000 | 1 300 000 | 1 300 000 |')
    expect(lines).toContain('| cores of the servers | 1.2 | 1.2 | 67 | 67 |')
    expect(lines).toContain('| masters | 4 | 7 | 112 | 112 |')
    expect(lines.join()).toContain('74 GB of SMS, with half as much room again and one replica, are 220 GB of memory')
  })
})

describe('the page of the soak', () => {
  it('shows the middle of each figure, how it went, and the verdict', () => {
    const lines = soakPage(SOAK).split('\n')
    expect(lines).toContain('|  | in memory | on Redis |')
    expect(lines).toContain('| resident memory | 153.4 MB, -5.6 % | 153.4 MB, -5.6 % |')
    expect(lines).toContain('| `used_memory` of Redis |  | 3.1 MB, +0.0 % |')
    expect(lines).toContain('| handles before the load, and after it | 5, 4 | 5, 4 |')
    expect(lines).toContain('| verdict | nothing grows, nothing stays open, nothing broke | heapUsed grows; 3 requests broke |')
  })
})
