// `npm run bench [-- --quick]`: express-otp beside what else there is, in one run: speed, Redis, memory, start, size. Prints tables, writes bench/results/speed.json,
// docs/images/speed.svg, docs/performance.md and its part of the README. `--quick` takes two minutes, writes below .cache/bench-look instead, and is good for a look only;
// `--only=behind/redis,ahead/redis` fights these alone, `--rounds=9` more often.
import { cpus } from 'node:os'
import { startRedis } from '../../test/helpers/redis-server.js'
import { LOOK } from '../write-files.js'
import { isPinned, moveToCpu } from './cpus.js'
import { type DuelOptions, duel, figuresOf, type Pair, type Pairs, soloFigures } from './duel.js'
import { heapBytesOf, importTime, installed, packed } from './footprint.js'
import { significant } from './numbers.js'
import { installPeers } from './peers.js'
import { connectRedis } from './redis-connection.js'
import { redisBytesOf, trafficOf } from './redis-figures.js'
import { report, speedReport } from './report.js'
import type { SpeedResults, TargetResult } from './results.js'
import { BARE, BCRYPT, PAIRED, REFERENCES, ROUTES, type RouteName, type Target } from './targets.js'
import { writeResults } from './write-results.js'

const started = performance.now()
const isQuick = process.argv.includes('--quick')
const only = given('only')?.split(',')
const [usualRounds, sliceMs, warmUp] = isQuick ? [1, 400, 1000] : [5, 500, 5000]
const rounds = Number(given('rounds') ?? usualRounds)
const paired = PAIRED.filter(({ name }) => only === undefined || only.includes(name))

installPeers()
const server = await startRedis()
moveToCpu(1, server.pid)
moveToCpu(1, process.pid)
const client = await connectRedis(server.url)
const options: DuelOptions = { redisUrl: server.url, connections: 50, sliceMs, warmUp }

try {
  const pairs = await duels()
  const targets: Record<string, TargetResult> = {}
  for (const target of [...Object.values(REFERENCES), ...paired]) {
    const own = pairs.get(target.name)
    if (own === undefined) continue
    const routes = byRoute((route) => figuresOf(own[route]))
    targets[target.name] = { title: target.title, routes, ...(only === undefined ? await alone(target) : {}) }
  }
  if (only === undefined) {
    targets[BCRYPT.name] = { title: BCRYPT.title, routes: await soloFigures(BCRYPT, pairs, options, isQuick ? 2000 : 4000) }
    const results = { ...(await surroundings()), targets }
    console.log(report(results))
    writeResults(results, isQuick ? LOOK : '.')
  } else {
    console.log(speedReport(Object.values(targets)))
  }
} finally {
  client.destroy()
  await server.stop()
}

function given(option: string): string | undefined {
  return process.argv.find((word) => word.startsWith(`--${option}=`))?.slice(option.length + 3)
}

/** Everybody in turn, round by round, so that what drifts meets all of them; the references get what their opponents showed of them. */
async function duels(): Promise<ReadonlyMap<string, Pairs>> {
  const all = new Map<string, Record<RouteName, Pair[]>>()
  const keep = (name: string, fought: Pairs): void => {
    const known = all.get(name) ?? { send: [], wrong: [], right: [] }
    for (const route of ROUTES) known[route].push(...fought[route])
    all.set(name, known)
  }
  for (let round = 0; round < rounds; round++) {
    for (const target of round % 2 === 0 ? paired : paired.toReversed()) {
      say(`round ${round + 1} of ${rounds}: ${target.name}`)
      await client.flushAll()
      const fought = await duel(target, REFERENCES[target.store], options)
      keep(target.name, fought)
      keep(
        REFERENCES[target.store].name,
        byRoute((route) => fought[route].map(({ reference }) => ({ reference, target: reference }))),
      )
    }
  }
  return all
}

/** What is measured one target at a time. */
async function alone(target: Target): Promise<Omit<TargetResult, 'title' | 'routes'>> {
  say(`looking at ${target.name}`)
  if (target === BARE || (target.app === 'better-auth' && target.store === 'memory')) return {}
  if (target.store === 'memory') return { heapBytes: await heapBytesOf(target, isQuick ? 20_000 : 100_000) }
  const traffic = await trafficOf(target, server.url, client)
  return { traffic, redisBytes: await redisBytesOf(target, server.url, client, isQuick ? 4_000 : 20_000) }
}

async function surroundings(): Promise<Omit<SpeedResults, 'targets'>> {
  say('importing')
  const times = isQuick ? 5 : 15
  return {
    machine: {
      processor: (cpus()[0]?.model ?? 'unknown').trim(),
      cores: cpus().length,
      pinned: isPinned,
      node: process.versions.node,
      redis: /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? 'unknown',
    },
    imports: {
      'express-otp': importTime(['express-otp'], '.', times),
      'express-otp with phone channels': importTime(['express-otp', 'express-otp/channels/sms'], '.', times),
      express: importTime(['express'], '.', times),
      'better-auth': importTime(['better-auth', 'better-auth/plugins', 'better-auth/node'], 'bench/peers', times),
      'node:crypto': importTime(['node:crypto'], '.', times),
    },
    package: packed(),
    installed: {
      'express-otp': installed('.', packed().unpacked),
      'better-auth': installed('bench/peers/node_modules/better-auth'),
      passwordless: installed('bench/peers/node_modules/passwordless'),
    },
    run: { rounds, sliceMs, connections: options.connections, minutes: significant((performance.now() - started) / 60_000, 3) },
  }
}

function byRoute<T>(make: (route: RouteName) => T): Record<RouteName, T> {
  return { send: make('send'), wrong: make('wrong'), right: make('right') }
}

function say(what: string): void {
  console.error(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${what}`)
}
