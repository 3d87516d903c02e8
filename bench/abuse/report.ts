import { PRESETS } from 'express-otp'
import { MONTH, type Scenario } from './scenario.js'
import { guardingOf, type SenderName } from './simulate.js'
import { ATTACKERS, type Figures } from './tally.js'

/** The share of the unprotected sender's loss to the pumper. */
function pumpedShare(figures: Figures, unprotected: Figures): number {
  return figures.actors.pumper.cost / unprotected.actors.pumper.cost
}

/** Honest logins that were refused, of 2000. */
export function refusedOf2000({ logins, refused }: Figures): number {
  return (2000 * refused) / Math.max(1, logins)
}

/** Accounts that guessers broke. */
export function broken({ actors }: Figures): number {
  return ATTACKERS.reduce((sum, name) => sum + actors[name].broken, 0)
}

/** How many guesses the figures allow for one target, the help desk's releases included, and how many accounts are broken by chance then, of all targets. */
export function bound(
  name: SenderName,
  { released }: Figures,
  { days, locked, parallelTargets, slowTargets }: Scenario = MONTH,
): { guesses: number; accounts: number } | undefined {
  if (name === 'unprotected') return undefined
  const { codeLength, recipientFailuresPerDay: perDay } = PRESETS[guardingOf(name).preset]
  const releases = Object.values(released)
  const budgets = (locked + slowTargets + parallelTargets) * days + releases.reduce((sum, times) => sum + times, 0)
  return { guesses: (days + Math.max(0, ...releases)) * perDay, accounts: (budgets * perDay) / 10 ** codeLength }
}

/** The figures that are kept, without the noise of binary fractions. */
export function summary(figures: Figures, unprotected: Figures): object {
  const { costByDay, released, ...rest } = figures
  const days = Object.fromEntries(costByDay.map((cost, day) => [String(day + 1).padStart(2, '0'), cost]))
  const releases = Object.values(released).reduce((sum, times) => sum + times, 0)
  const all = { ...rest, releases, costByDay: days, pumpedShare: pumpedShare(figures, unprotected), refusedOf2000: refusedOf2000(figures) }
  return JSON.parse(JSON.stringify(all, (_key, value) => (typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value)))
}

/** What is printed: a row for each figure, a column for each sender. */
export function table(runs: ReadonlyMap<SenderName, Figures>): string {
  const unprotected = runs.get('unprotected')
  const rows: [string, (figures: Figures, name: SenderName) => string][] = [
    ['accounts broken', (figures) => String(broken(figures))],
    ['  of so many by chance, at most', (figures, name) => String(bound(name, figures)?.accounts ?? '-')],
    ['  guesses compared', ({ actors }) => String(ATTACKERS.reduce((sum, one) => sum + actors[one].compared, 0))],
    ['  most for one target', ({ mostGuessesOfOne }) => String(mostGuessesOfOne)],
    ['  allowed for one target', (figures, name) => String(bound(name, figures)?.guesses ?? '-')],
    ['lost to the pumper', ({ actors }) => actors.pumper.cost.toFixed(2)],
    ['  part of the unprotected loss', (figures) => percent(pumpedShare(figures, unprotected ?? figures))],
    ['  premium numbers', ({ pumpedCost }) => pumpedCost.premium.toFixed(2)],
    ['  abroad', ({ pumpedCost }) => pumpedCost.abroad.toFixed(2)],
    ['  ordinary numbers', ({ pumpedCost }) => pumpedCost.ordinary.toFixed(2)],
    [
      'lost to all other attackers',
      ({ actors }) => (ATTACKERS.reduce((sum, one) => sum + actors[one].cost, 0) - actors.pumper.cost).toFixed(2),
    ],
    ['messages a day to one bombed', ({ actors }) => (actors.bomber.delivered / MONTH.bombed / MONTH.days).toFixed(1)],
    ['honest logins', ({ logins }) => String(logins)],
    ['  refused', ({ refused }) => String(refused)],
    ['  refused of 2000', (figures) => refusedOf2000(figures).toFixed(2)],
    ['  by', ({ refusedBy }) => named(refusedBy)],
    ['calls at the help desk', ({ released }) => String(Object.values(released).reduce((sum, times) => sum + times, 0))],
    ['victims on known devices: tries', ({ lockouts }) => String(lockouts.known.tries)],
    ['  more than 15 minutes', ({ lockouts }) => String(lockouts.known.delayed)],
    ['  longest, minutes', ({ lockouts }) => lockouts.known.longestMinutes.toFixed(0)],
    ['  over an hour by', ({ lockouts }) => named(lockouts.known.overAnHourBy)],
    ['victims on new devices: tries', ({ lockouts }) => String(lockouts.unknown.tries)],
    ['  more than 15 minutes', ({ lockouts }) => String(lockouts.unknown.delayed)],
    ['  longest, minutes', ({ lockouts }) => lockouts.unknown.longestMinutes.toFixed(0)],
    ['  over an hour by', ({ lockouts }) => named(lockouts.unknown.overAnHourBy)],
  ]
  const lines = rows.map(([title, cell]) => [title, ...[...runs].map(([name, figures]) => cell(figures, name))])
  return [['', ...runs.keys()], ...lines]
    .map(([title = '', ...cells]) => title.padEnd(34) + cells.map((cell) => cell.padEnd(30)).join(''))
    .join('\n')
}

function named(figures: Readonly<Record<string, number>>): string {
  const entries = Object.entries(figures)
  return entries.length === 0 ? '-' : entries.map(([name, times]) => `${name} ${times}`).join(', ')
}

function percent(part: number): string {
  return `${(100 * part).toFixed(3)} %`
}
