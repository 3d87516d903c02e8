import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { figuresOf } from '../../bench/speed/duel.js'
import { spread } from '../../bench/speed/numbers.js'
import { readmePart, speedPage } from '../../bench/speed/page.js'
import type { SpeedResults, TargetResult } from '../../bench/speed/results.js'
import { filesOf } from '../../bench/speed/write-results.js'
import { root } from '../helpers/source-files.js'

const route = figuresOf([
  {
    target: { requests: 400, seconds: 2, cpu: 40_000, latencies: [1, 2, 9] },
    reference: { requests: 200, seconds: 2, cpu: 40_000, latencies: [3] },
  },
  {
    target: { requests: 600, seconds: 2, cpu: 60_000, latencies: [1, 2, 9] },
    reference: { requests: 200, seconds: 2, cpu: 60_000, latencies: [3] },
  },
])
const routes = { send: route, wrong: route, right: route }
const asked = { commands: 'GET EVALSHA(GET SET)', count: 2, roundTrips: 1.5 }
const ours: TargetResult = {
  title: 'ours, Redis',
  routes,
  traffic: { send: asked, wrong: { ...asked, commands: '', roundTrips: 0 }, right: asked },
  redisBytes: { used: 640, keys: { 'sess:': 300, 'otp:r:': 200 } },
}
const RESULTS: SpeedResults = {
  machine: { processor: 'one', cores: 2, pinned: true, node: '20.20.2', redis: '7.0.15' },
  run: { rounds: 5, sliceMs: 600, connections: 50, minutes: 12.345678 },
  targets: {
    'bare/redis': { title: 'Express alone', routes },
    'behind/redis': ours,
    'ahead/memory': { title: 'ours, in memory', routes, heapBytes: 512 },
  },
  imports: { 'express-otp': spread([9]) },
  package: { packed: 200 * 1024, unpacked: 800 * 1024 },
  installed: { 'express-otp': { packages: 3, bytes: 10 * 1024 * 1024 } },
}

describe('the tables of a speed run', () => {
  const lines = speedPage(RESULTS).split('\n')

  it('say where and how it was run', () => {
    expect(lines[0]).toBe(
      'On one, 2 cores, Node 20.20.2, Redis 7.0.15; 50 connections, 10 pairs of slices of 600 ms for each app and route, in 12.345678 minutes.',
    )
    expect(speedPage({ ...RESULTS, machine: { ...RESULTS.machine, pinned: false } })).toContain('Nothing was pinned')
  })

  it('show ratios, processor time and answers of each app and route', () => {
    const cells = (cell: string): string => `| Express alone | ${cell} | ${cell} | ${cell} |`
    expect(lines).toContain(cells('2.50 [2.00\u20113.00]'))
    expect(lines).toContain(cells('100 (2.50)'))
    expect(lines).toContain(cells('2.0, 9.0 (3.00)'))
  })

  it('show what was looked at of Redis and memory, for those that have it', () => {
    const both = '`GET EVALSHA(GET SET)` 1.5'
    expect(lines).toContain(`| ours, Redis | ${both} | \`none\` 0 | ${both} |`)
    expect(lines).toContain('| ours, Redis | 640 (`sess:` 300, `otp:r:` 200) |')
    expect(lines).toContain('| ours, in memory | 512 |')
    expect(lines.filter((line) => line.startsWith('| Express alone |'))).toHaveLength(3)
  })

  it('show imports and sizes', () => {
    expect(lines).toContain('| express-otp | 9.0 [9.0-9.0] ms |')
    expect(lines).toContain('| express-otp as published | 1 | 200 KiB packed, 800 KiB unpacked |')
    expect(lines).toContain('| express-otp installed | 3 | 10240 KiB |')
  })

  it('have rows of one width, without holes', () => {
    const tables = `${speedPage(RESULTS)}\n\n${readmePart(RESULTS)}`.split('\n\n').filter((part) => part.startsWith('|'))
    expect(tables).toHaveLength(8)
    for (const table of tables) expect(new Set(table.split('\n').map((row) => row.split('|').length)).size).toBe(1)
    expect(tables.join()).not.toMatch(/NaN|undefined|Infinity/)
  })
})

describe('the files of a speed run', () => {
  const inFile = (name: string): string => readFileSync(join(root, name), 'utf8')

  it('have their part between the marks of the page and of the README, and all else as it was', () => {
    const files = filesOf(RESULTS)
    const around = (text: string): readonly string[] => text.split(/<!-- (?:run|speed) -->[\s\S]*<!-- \/(?:run|speed) -->/)
    for (const name of ['docs/performance.md', 'README.md']) expect(around(files[name] ?? '')).toEqual(around(inFile(name)))
    expect(files['docs/performance.md']).toContain('| ours, in memory | 512 |')
    expect(files['README.md']).toContain('| ours, Redis | 2.50 | 2.50 | 2.50 | 640 |')
    expect(files['docs/images/speed.svg']).toContain('<svg')
    expect(JSON.parse(files['bench/results/speed.json'] ?? '').run.minutes).toBe(12.346)
  })

  it('agree with the run that is kept', () => {
    const kept = 'bench/results/speed.json'
    if (!existsSync(join(root, kept))) return expect(inFile('docs/performance.md')).toContain('`npm run bench` writes them here.')
    for (const [name, text] of Object.entries(filesOf(JSON.parse(inFile(kept))))) expect([name, inFile(name)]).toEqual([name, text])
  })
})
