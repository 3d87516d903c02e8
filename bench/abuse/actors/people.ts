import { type Chance, chance as chanceOf } from '../chance.js'
import { addressOf, numberOf } from '../numbers.js'
import type { Process } from '../schedule.js'
import type { Asker } from '../sender.js'
import { count } from '../tally.js'
import { DAY, HOUR, POOLS, type World } from '../world.js'
import { callHelp, calls } from './help-desk.js'
import { logIn } from './log-in.js'

/** People in one office, behind one address. */
const OFFICE = 40

/** Addresses of the mobile carriers, each for very many people. */
const CARRIER_ADDRESSES = 24

/** How busy each hour of the day is: 1 is the busiest. */
const HOURS = [0.1, 0.05, 0.03, 0.03, 0.05, 0.15, 0.4, 0.8, 1, 1, 0.8, 0.7, 0.75, 0.7, 0.6, 0.6, 0.6, 0.7, 0.8, 0.9, 0.9, 0.7, 0.4, 0.2]

/** Two devices: a phone and a computer. */
type DeviceName = 'phone' | 'computer'

/** Starts everybody but those who have a life of their own. A twentieth has no account before the month begins. */
export function startPeople(world: World, others: readonly number[]): void {
  const { days, people, seed, warmUpDays } = world.scenario
  for (let index = 0; index < people; index++) {
    const chance = chanceOf(seed * 31 + index)
    if (others.includes(index)) continue
    const isNew = index % 20 === 19
    world.schedule.start(live(world, chance, index), isNew ? (warmUpDays + chance.next() * days) * DAY : chance.next() * warmUpDays * DAY)
  }
}

/** One person: logs in on both devices, then now and again. */
async function* live(world: World, chance: Chance, index: number): Process {
  const to = numberOf(index)
  const devices = new Map<DeviceName, string | undefined>()

  async function* once(name: DeviceName): Process {
    // A cleared browser, a new phone, a private window.
    if (chance.once(0.04)) devices.delete(name)
    const asker: Asker = { by: 'people', ip: addressAt(world, chance, index, name), device: devices.get(name) }
    const end = yield* logIn(world, chance, asker, to)
    const { figures } = world
    if (end.kind === 'abandoned') return
    figures.logins += 1
    if (asker.device !== undefined) figures.knownLogins += 1
    if (end.kind === 'in') devices.set(name, end.device)
    if (end.kind === 'gave up') figures.gaveUp += 1
    if (end.kind === 'refused') {
      figures.refused += 1
      count(figures.refusedBy, end.no.limit)
      if (calls(world, end.no)) world.schedule.start(callHelp(world, to))
    }
  }

  yield* once('phone')
  yield chance.between(HOUR, DAY)
  yield* once('computer')
  const mean = (30 * DAY) / world.scenario.loginsPerMonth
  for (;;) {
    yield chance.gap(mean)
    while (!chance.once(hourly(world))) yield chance.between(HOUR / 2, HOUR)
    const name = chance.once(0.6) ? 'phone' : 'computer'
    // One in a hundred begins on both at almost the same time.
    if (chance.once(0.01)) world.schedule.start(once(name === 'phone' ? 'computer' : 'phone'), chance.between(2, 60))
    yield* once(name)
  }
}

function hourly({ schedule }: World): number {
  return HOURS[Math.floor(schedule.now() / HOUR) % 24] ?? 1
}

function addressAt({ schedule }: World, chance: Chance, index: number, name: DeviceName): string {
  const hour = Math.floor(schedule.now() / HOUR) % 24
  if (name === 'phone' && chance.once(0.6)) return addressOf(POOLS.carrier, chance.below(CARRIER_ADDRESSES))
  // Every other person works in an office.
  if (index % 2 === 0 && hour >= 8 && hour < 18) return addressOf(POOLS.office, Math.floor(index / (2 * OFFICE)))
  return addressOf(POOLS.home, index)
}
