import { type Finding, finding, named, type Subject } from './subject.js'
import { atLeast, isWithin } from './versions.js'

/** Last days of fixes, by line of Node (nodejs/Release, schedule.json). */
const NODE_LIVES: Readonly<Record<string, string>> = { 20: '2026-04-30', 22: '2027-04-30', 24: '2028-04-30' }

/** What createOtp and the doors refuse at start, in their own words. */
export function checkStart({ refusals }: Subject): readonly Finding[] {
  return refusals.length === 0 ? [finding('refused', undefined)] : refusals.map((refusal) => finding('refused', refusal))
}

/** Node, NODE_ENV and the packages beside this one. */
export function checkEnvironment({ node, packages, production, today }: Subject): readonly Finding[] {
  const missing = packages.filter(({ required, version }) => required && version === undefined)
  const old = packages.filter(({ range, version }) => version !== undefined && !isWithin(version, range))
  const end = NODE_LIVES[Number.parseInt(node.slice(1), 10)]
  return [
    finding('node-env', !production && 'not production'),
    finding('node-version', !atLeast(node, '20.19') && node),
    finding('node-life', end !== undefined && today.toISOString().slice(0, 10) > end && `${node}, until ${end}`),
    finding(
      'peer-missing',
      named(
        'not installed',
        missing.map(({ name }) => name),
      ),
    ),
    finding(
      'peer-version',
      named(
        'out of range',
        old.map(({ name, range, version }) => `${name} ${version} (${range})`),
      ),
    ),
  ]
}
