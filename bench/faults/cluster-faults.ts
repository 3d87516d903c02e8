import { until } from '../../test/helpers/server-process.js'
import { type Moving, moveSlots } from '../../test/helpers/slots.js'
import type { Fault } from './fault.js'
import type { World } from './world.js'

/** What can happen to a Redis Cluster of three masters without replicas. */
export const CLUSTER_FAULTS: readonly Fault[] = [lost('yes'), lost('no'), moved()]

function lost(fullCoverage: 'yes' | 'no'): Fault {
  return {
    name: `a cluster node lost, \`cluster-require-full-coverage ${fullCoverage}\``,
    world: { isCluster: true },
    async prepare(world) {
      for (const node of nodesOf(world)) await node.command('CONFIG', 'SET', 'cluster-require-full-coverage', fullCoverage)
    },
    begin: async (world) => await nodesOf(world)[2]?.kill(),
    async end(world) {
      const [first, , third] = nodesOf(world)
      await third?.start()
      await until('the cluster', async () => (await first?.command('CLUSTER', 'INFO'))?.includes('cluster_state:ok') === true)
    },
  }
}

function moved(): Fault {
  let moving: Moving | undefined
  return {
    name: 'cluster slots moved to another node and back',
    world: { isCluster: true },
    begin(world) {
      moving = moveSlots(nodesOf(world))
    },
    end: () => moving?.halt(),
  }
}

function nodesOf({ cluster }: World) {
  if (cluster === undefined) throw new Error('there is no cluster')
  return cluster.nodes
}
