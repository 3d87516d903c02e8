import { describe, expect, it } from 'vitest'
import { readAnswer } from '../../bench/speed/connection.js'
import { figuresOf, type Pair } from '../../bench/speed/duel.js'
import { installed } from '../../bench/speed/footprint.js'
import { goalsOf } from '../../bench/speed/goals.js'
import type { Slice } from '../../bench/speed/load.js'
import { readMonitor } from '../../bench/speed/monitor.js'
import { median, quantile, significant, spread } from '../../bench/speed/numbers.js'
import { headersOf, makePeople, takeCookies, wrongCode } from '../../bench/speed/people.js'
import { ratioBars } from '../../bench/speed/plot.js'
import { report, table } from '../../bench/speed/report.js'
import type { SpeedResults, TargetResult } from '../../bench/speed/results.js'

function slice(requests: number, cpu: number, latencies: readonly number[]): Slice {
  return { requests, seconds: 2, latencies, cpu }
}

const PAIRS: readonly Pair[] = [
  { target: slice(400, 40_000, [1, 2, 9]), reference: slice(200, 40_000, [3, 3, 3]) },
  { target: slice(600, 60_000, [1, 2, 9]), reference: slice(200, 60_000, [3, 3, 9]) },
]

function result(title: string): TargetResult {
  const route = figuresOf(PAIRS)
  return { title, routes: { send: route, wrong: route, right: route } }
}

const RESULTS: SpeedResults = {
  machine: { processor: 'one', cores: 2, pinned: true, node: '20.20.2', redis: '7.0.15' },
  run: { rounds: 5, sliceMs: 800, connections: 50, minutes: 12 },
  targets: {
    'bare/redis': result('Express alone'),
    'behind/redis': { ...result('ours'), redisBytes: { used: 640, keys: { 'sess:': 300 } } },
  },
  imports: { 'express-otp': spread([9]) },
  package: { packed: 200 * 1024, unpacked: 800 * 1024 },
  installed: {},
}

describe('the figures of the bench', () => {
  it('takes the middle, and the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([4, 1, 2, 9])).toBe(3)
    expect(median([])).toBeNaN()
  })

  it('takes the smallest figure that a share does not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(quantile(hundred, 0.99)).toBe(99)
    expect(quantile(hundred, 0.5)).toBe(50)
    expect(quantile([7], 0.99)).toBe(7)
  })

  it('compares slices with the reference beside them, more being better', () => {
    const figures = figuresOf(PAIRS)
    expect(figures.requestsPerSecond).toEqual({ median: 250, min: 200, max: 300 })
    expect(figures.ratio).toEqual({ median: 2.5, min: 2, max: 3 })
    expect(figures.cpuRatio).toEqual({ median: 2.5, min: 2, max: 3 })
    expect(figures.cpuMicroseconds).toBe(100)
    expect(figures.p99Ratio).toEqual({ median: 2, min: 1, max: 3 })
  })

  it('keeps so many digits', () => {
    expect(significant(1234.5678)).toBe(1235)
    expect(significant(0.00123456, 2)).toBe(0.0012)
  })

  it('judges what was measured and nothing else', () => {
    const goals = goalsOf(RESULTS)
    const named = (what: string) => goals.find((goal) => goal.what === what)
    expect(named('behind/redis: send, ratio of requests/s')).toMatchObject({ measured: 2.5, goal: 1.2, least: 1, more: true })
    expect(named('behind/redis: Redis bytes of a pending challenge')).toMatchObject({ measured: 640, goal: 600, more: false })
    expect(goals.some(({ what }) => what.startsWith('ahead'))).toBe(false)
  })
})

describe('what the bench writes', () => {
  it('says of each goal whether it is reached', () => {
    const lines = report(RESULTS).split('\n')
    const verdict = (start: string) =>
      lines
        .find((line) => line.startsWith(start))
        ?.split(' ')
        .at(-1)
    expect(verdict('behind/redis: send, ratio')).toBe('reached')
    expect(verdict('behind/redis: worst ratio of p99')).toBe('MISSED')
    expect(verdict('behind/redis: Redis bytes')).toBe('MISSED')
  })

  it('makes columns as wide as their widest cell', () => {
    expect(
      table([
        ['a', 'bb', 'c'],
        ['ddd', 'e', ''],
      ]),
    ).toBe('a    bb  c\nddd  e')
  })

  it('draws a bar for each target and route, with a title', () => {
    const drawn = ratioBars(RESULTS)
    expect(drawn).toContain('<title>Requests per second')
    expect(drawn.match(/<rect x=/g)).toHaveLength(6)
    expect(drawn).not.toMatch(/NaN|undefined|Infinity/)
  })
})

describe('the load of the bench', () => {
  it('reads an answer when it is all there', () => {
    const text = 'HTTP/1.1 429 Too Many\r\nSet-Cookie: a=1; Path=/\r\nset-cookie: b=2\r\nContent-Length: 4\r\n\r\nbody'
    expect(readAnswer(text.slice(0, -1))).toBeUndefined()
    expect(readAnswer(`${text}HTTP/1.1`)).toEqual({
      answer: { status: 429, cookies: ['a=1', 'b=2'], body: 'body' },
      length: text.length,
    })
  })

  it('reads an answer in chunks', () => {
    const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n'
    expect(readAnswer(text.slice(0, -1))).toBeUndefined()
    expect(readAnswer(text)).toMatchObject({ answer: { status: 200 }, length: text.length })
    const empty = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
    expect(readAnswer(empty)?.length).toBe(empty.length)
  })

  it('makes people with mailboxes of their own, four behind an address', () => {
    const next = makePeople()
    const people = Array.from({ length: 9 }, next)
    expect(new Set(people.map(({ to }) => to)).size).toBe(9)
    expect(new Set(people.map(({ ip }) => ip)).size).toBe(3)
  })

  it('brings cookies back until they are taken away', () => {
    const person = makePeople()()
    takeCookies(person, ['a=1', 'b=x=y'])
    expect(headersOf(person)).toContain('Cookie: a=1; b=x=y\r\n')
    takeCookies(person, ['a='])
    expect(headersOf(person)).toContain('Cookie: b=x=y\r\n')
    expect(wrongCode('123459')).toBe('123450')
  })

  it('tells commands from those inside of scripts', () => {
    const lines = [
      '1700000000.1 [0 127.0.0.1:50000] "GET" "sess:1"',
      '1700000000.2 [0 127.0.0.1:50000] "evalsha" "abc" "1"',
      '1700000000.3 [0 lua] "get" "k"',
      '1700000000.4 [0 lua] "set" "k" "v"',
      '1700000000.5 [0 127.0.0.1:50001] "PING"',
    ]
    expect(readMonitor(lines)).toEqual({ commands: 'GET EVALSHA(GET SET)', count: 2 })
  })

  it('counts a package with everything it depends on once', () => {
    const { bytes, packages } = installed('node_modules/express')
    expect(packages).toBeGreaterThan(30)
    expect(bytes).toBeGreaterThan(500_000)
    expect(installed('node_modules/express', 0).bytes).toBeLessThan(bytes)
  })
})
