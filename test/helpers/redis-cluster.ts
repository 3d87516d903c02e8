import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RedisServer, startRedis } from './redis-server.js'
import { freePorts, until } from './server-process.js'

const SLOTS = 16384

export interface RedisCluster {
  /** Three masters; each holds a third of the slots, in order. */
  readonly nodes: readonly RedisServer[]
  stop(): Promise<void>
}

/** Starts a Redis Cluster of three masters without replicas, and waits until every node serves every slot. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const dir = await mkdtemp(join(tmpdir(), 'otp-cluster-'))
  const nodes: RedisServer[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
    await rm(dir, { recursive: true, force: true })
  }
  try {
    const busPorts = await freePorts(3)
    for (const busPort of busPorts) nodes.push(await startNode(dir, busPort))
    await meet(nodes, busPorts)
    await until('the cluster', async () => (await Promise.all(nodes.map(servesAll))).every(Boolean))
  } catch (err) {
    await stop()
    throw err
  }
  return { nodes, stop }
}

function startNode(dir: string, busPort: number): Promise<RedisServer> {
  const settings = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-node-timeout', '2000']
  return startRedis({ args: [...settings, '--dir', dir, '--cluster-config-file', `nodes-${busPort}.conf`] })
}

async function meet(nodes: readonly RedisServer[], busPorts: readonly number[]): Promise<void> {
  const share = Math.ceil(SLOTS / nodes.length)
  for (const [index, node] of nodes.entries()) {
    // Nodes that start with the same epoch would have to settle it among themselves first, which takes seconds.
    await node.command('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))
    await node.command('CLUSTER', 'ADDSLOTSRANGE', String(index * share), String(Math.min((index + 1) * share, SLOTS) - 1))
  }
  for (const [index, node] of nodes.entries()) {
    for (const [other, peer] of nodes.entries()) {
      if (other > index) await node.command('CLUSTER', 'MEET', '127.0.0.1', String(peer.port), String(busPorts[other]))
    }
  }
}

async function servesAll(node: RedisServer): Promise<boolean> {
  const info = await node.command('CLUSTER', 'INFO')
  return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3') && info.includes(`cluster_slots_ok:${SLOTS}`)
}
