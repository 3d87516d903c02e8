import { startRedis } from '../../test/helpers/redis-server.js'
import { until } from '../../test/helpers/server-process.js'
import { startTcpProxy, type TcpProxy } from '../../test/helpers/tcp-proxy.js'
import type { Fault } from './fault.js'
import type { World } from './world.js'

const REPLICA = ['--repl-diskless-sync-delay', '0', '--repl-diskless-sync', 'yes']

/** What can happen to one Redis server, and to the way there. */
export const REDIS_FAULTS: readonly Fault[] = [
  { name: 'Redis killed, started again empty', begin: ({ redis }) => redis.kill(), end: ({ redis }) => redis.start() },
  { name: 'Redis hung (`SIGSTOP`)', begin: ({ redis }) => redis.pause(), end: ({ redis }) => redis.resume() },
  slow(1),
  slow(3),
  {
    name: 'Redis out of memory (`noeviction`)',
    begin: ({ redis }) => redis.command('CONFIG', 'SET', 'maxmemory', '1mb'),
    end: ({ redis }) => redis.command('CONFIG', 'SET', 'maxmemory', '0'),
  },
  {
    name: 'Redis read-only (`REPLICAOF`)',
    begin: ({ redis }) => redis.command('REPLICAOF', '127.0.0.1', '1'),
    end: ({ redis }) => redis.command('REPLICAOF', 'NO', 'ONE'),
  },
  flushed(),
  {
    name: 'answers of Redis lost after execution',
    begin: ({ line }) => line.set('swallow'),
    end: ({ line }) => line.set('flow'),
  },
  { name: 'connections to Redis refused', begin: ({ line }) => line.set('refuse'), end: ({ line }) => line.set('flow') },
  failover('failover, last second of writes not copied', 0),
  failover('the same with `waitForReplicas: 1`', 1),
]

function slow(seconds: number): Fault {
  return {
    name: `Redis slow by ${seconds} s`,
    begin: ({ line }) => line.delay(seconds * 1000),
    end: ({ line }) => line.delay(0),
    // A login waits for four answers behind one another: the decision, then the session three times.
    patienceMs: 6000,
  }
}

function flushed(): Fault {
  let timer: NodeJS.Timeout | undefined
  return {
    name: 'scripts flushed, twenty times a second',
    begin({ redis }) {
      timer = setInterval(() => void redis.command('SCRIPT', 'FLUSH').catch(() => undefined), 50)
    },
    end: () => clearInterval(timer),
  }
}

/** Two replicas; the link to the one that will be master breaks a second before the master dies. */
function failover(name: string, waitForReplicas: number): Fault {
  const replicas: { port: number; command(...words: readonly string[]): Promise<string> }[] = []
  let link: TcpProxy | undefined
  return {
    name,
    world: { waitForReplicas },
    mayForget: waitForReplicas === 0,
    async prepare(world) {
      link = await startTcpProxy(world.redis.port)
      world.ends(link.stop)
      const replica = await startRedis({ args: [...REPLICA, '--replicaof', '127.0.0.1', String(link.port)] })
      world.ends(replica.stop)
      replicas.splice(0, replicas.length, replica)
      await until('the replica', async () => (await replica.command('INFO', 'replication')).includes('master_link_status:up'))
    },
    async begin({ line, redis }) {
      await link?.set('hold')
      await new Promise((resolve) => setTimeout(resolve, 1000))
      await redis.kill()
      await replicas[0]?.command('REPLICAOF', 'NO', 'ONE')
      line.retarget(replicas[0]?.port ?? 0)
    },
    end: (world) => (waitForReplicas === 0 ? undefined : join(world, replicas[0]?.port ?? 0)),
  }
}

/** The new master must have a replica too before anything is answered. */
async function join(world: World, master: number): Promise<void> {
  const replica = await startRedis({ args: [...REPLICA, '--replicaof', '127.0.0.1', String(master)] })
  world.ends(replica.stop)
  await until('the replica', async () => (await replica.command('INFO', 'replication')).includes('master_link_status:up'))
}
