import { markdownTable } from '../markdown.js'
import { significant } from '../speed/numbers.js'
import type { LevelFigures } from './levels.js'
import { count, last, type ScaleResults } from './report.js'

const CODES = 1e8
/** Assumptions, all named on the page: the busiest second of a day against its mean, what one master takes, and what a gigabyte costs. */
const PEAK = 5
const LIFE_SECONDS = 300
const BUSY_SHARE = 0.6
const MASTER_GB = 12
const DOLLARS_A_GB = 10

interface Need {
  readonly perSecond: number
  readonly gigabytes: number
  readonly calls: number
  readonly cores: number
  readonly masters: number
}

/** What a send and a right code of each of them need, where so many are sent in a second. */
function need(figures: readonly LevelFigures[], perSecond: number): Need {
  const { bytes, costs } = last(figures)
  const both = (name: 'commands' | 'serverMicros'): number => costs.issue[name] + costs.right[name]
  const gigabytes = (bytes * CODES) / 1e9
  const cores = (perSecond * both('serverMicros')) / 1e6
  const masters = Math.max(3, Math.ceil(cores / BUSY_SHARE), Math.ceil(gigabytes / MASTER_GB))
  return { perSecond, gigabytes, calls: perSecond * both('commands'), cores, masters }
}

/** A hundred million codes on a cluster, counted up from the figures of the cluster of three. */
export function hundredMillion({ cluster, clusterSms }: ScaleResults): readonly string[] {
  const rates = [(PEAK * CODES) / 86_400, CODES / LIFE_SECONDS]
  const columns = rates.flatMap((rate) => [need(cluster, rate), need(clusterSms, rate)])
  const row = (name: string, read: (need: Need) => number): string[] => [name, ...columns.map((one) => count(significant(read(one), 2)))]
  const sms = significant(need(clusterSms, 1).gigabytes, 2)
  const kept = significant(sms * 1.5 * 2, 2)
  return [
    markdownTable([
      ['', 'in a day, at the peak: e-mail', 'SMS', 'all within five minutes: e-mail', 'SMS'],
      row('sends a second', ({ perSecond }) => perSecond),
      row('records, GB', ({ gigabytes }) => gigabytes),
      row('script calls a second', ({ calls }) => calls),
      row('cores of the servers', ({ cores }) => cores),
      ['masters', ...columns.map(({ masters }) => count(masters))],
    ]),
    `Assumed: each code is sent once and proved once; the busiest second of a day has ${PEAK} times the mean; a master is busy for ${BUSY_SHARE * 100} % of a core or holds ${MASTER_GB} GB of records, whichever comes first.`,
    `In money: ${count(sms)} GB of SMS, with half as much room again and one replica, are ${count(kept)} GB of memory, at ${DOLLARS_A_GB} dollars for a gigabyte and month ${count(kept * DOLLARS_A_GB)} dollars a month. Managed memory differs by a factor of three. A hundred million text messages at 5 cents are 5 million dollars: the store is not what costs.`,
  ]
}
