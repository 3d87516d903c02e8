import { type Finding, finding, type RedisFacts, type Subject } from './subject.js'
import { atLeast } from './versions.js'

/** Where challenges and counters are kept. */
export function checkStores({ redis, store }: Subject): readonly Finding[] {
  const ofStore = [
    finding('memory-store', store === 'memory' && 'counters of this process only, until it ends'),
    finding('single-process', store === 'session' && 'exact within one process'),
  ]
  return [...(store === 'none' ? [] : ofStore), ...(redis === undefined ? [] : checkRedis(redis))]
}

function checkRedis({ info, link, reachable, save }: RedisFacts): readonly Finding[] {
  const away = finding('redis-reachable', !reachable && 'no answer within 2 s')
  if (!reachable) return [away]
  const policy = info.get('maxmemory_policy')
  const version = info.get('valkey_version') ?? info.get('redis_version') ?? ''
  const isOld = !info.has('valkey_version') && version !== '' && !atLeast(version, '7.2')
  const persistent = info.get('aof_enabled') === '1' || save !== ''
  return [
    away,
    finding('redis-eviction', policy !== undefined && policy !== 'noeviction' && `maxmemory-policy is ${policy}`),
    finding('redis-persistence', !persistent && 'neither appendonly nor save'),
    finding('redis-version', isOld && `version ${version}`),
    finding('redis-tls', link?.loopback === false && !link.tls && 'no TLS, off this machine'),
  ]
}
