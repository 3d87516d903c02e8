// `npm run bench:scale`: up to a million codes pending in memory and in Redis, what each takes and what the next operation costs beside them; and a cluster of three servers
// against one. Writes bench/results/scale.json, docs/images/scale.svg and the tables of docs/scale.md. `--quick` stops at ten thousand, and writes below .cache/bench-look;
// `--go-on` goes on where a run before this one was ended.
import { fork } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { startRedisCluster } from '../../test/helpers/redis-cluster.js'
import { startRedis } from '../../test/helpers/redis-server.js'
import { LOOK, writeFiles } from '../write-files.js'
import { filesOf } from './files.js'
import type { LevelFigures } from './levels.js'
import { type ScaleResults, summary } from './report.js'
import type { Order } from './worker.js'

const isQuick = process.argv.includes('--quick')
const LEVELS = isQuick ? [1000, 10_000] : [1000, 10_000, 100_000, 1_000_000]
const SOME = isQuick ? [2000] : [20_000]

function run(order: Order): Promise<readonly LevelFigures[]> {
  const script = fileURLToPath(new URL('./worker.js', import.meta.url))
  const child = fork(script, { execArgv: ['--expose-gc', '--max-old-space-size=8192'], env: { ...process.env, NODE_ENV: 'production' } })
  return new Promise((resolve, reject) => {
    child.once('message', ({ levels }: { readonly levels: readonly LevelFigures[] }) => resolve(levels))
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code}; \`--go-on\` goes on from here`)))
    child.send(order)
  })
}

/** What a part showed, kept aside at once: a part that fails an hour later must not cost it. `--go-on` takes what an earlier run has kept. */
async function kept(name: string, measure: () => Promise<readonly LevelFigures[]>): Promise<readonly LevelFigures[]> {
  const file = `.cache/scale-${isQuick ? 'quick-' : ''}${name}.json`
  if (process.argv.includes('--go-on') && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const figures = await measure()
  writeFileSync(file, JSON.stringify(figures))
  return figures
}

async function onRedis(order: Omit<Order, 'urls'>): Promise<readonly LevelFigures[]> {
  const server = await startRedis()
  try {
    return await run({ ...order, urls: [server.url] })
  } finally {
    await server.stop()
  }
}

async function onCluster(order: Omit<Order, 'urls'>): Promise<readonly LevelFigures[]> {
  const cluster = await startRedisCluster()
  try {
    return await run({ ...order, urls: cluster.nodes.map(({ url }) => url) })
  } finally {
    await cluster.stop()
  }
}

// Side by side: what is counted is processor time.
const [memory, redis] = await Promise.all([
  kept('memory', () => run({ urls: [], channel: 'email', levels: LEVELS })),
  kept('redis', () => onRedis({ channel: 'email', levels: LEVELS })),
])
const results: ScaleResults = {
  machine: { processor: (cpus()[0]?.model ?? 'unknown').trim(), cores: cpus().length, node: process.versions.node },
  memory,
  redis,
  memorySms: await kept('memorySms', () => run({ urls: [], channel: 'sms', levels: SOME })),
  redisSms: await kept('redisSms', () => onRedis({ channel: 'sms', levels: SOME })),
  cluster: await kept('cluster', () => onCluster({ channel: 'email', levels: SOME })),
  clusterSms: await kept('clusterSms', () => onCluster({ channel: 'sms', levels: SOME })),
}
console.log(summary(results))
writeFiles(filesOf(results), isQuick ? LOOK : '.')
