import { chance as chanceOf } from '../chance.js'
import { addressOf, costOf, numberOf, type PumpedKind, pumpedNumber } from '../numbers.js'
import type { Process } from '../schedule.js'
import type { Asker } from '../sender.js'
import { DAY, HOUR, POOLS, type World } from '../world.js'

/** Seconds between two messages that the bomber asks for. */
const BOMB = 60

/** Hours of each day in which the bomber is at it. */
const BOMBING_HOURS = 6

const KINDS: readonly PumpedKind[] = ['premium', 'abroad', 'ordinary']

/** Asks for codes for one victim, each from another network, for six hours of every day. */
export async function* bomb(world: World, victim: number): Process {
  const chance = chanceOf(world.scenario.seed + 3000 + victim)
  const to = numberOf(victim)
  for (;;) {
    for (let asked = 0; asked < (BOMBING_HOURS * HOUR) / BOMB; asked++) {
      await world.sender.send({ by: 'bomber', ip: addressOf(POOLS.bomber, chance.below(1_000_000)) }, to)
      yield BOMB
    }
    yield DAY - BOMBING_HOURS * HOUR
  }
}

/** One campaign: messages to numbers that earn something, each from another network, and nobody types their codes. */
export async function* pump(world: World, campaign: number): Process {
  const { figures, scenario, sender } = world
  const chance = chanceOf(scenario.seed + 4000 + campaign)
  const most = scenario.pumpedPerHour * scenario.campaignHours
  for (let asked = 0; asked < most; asked++) {
    const kind = KINDS[asked % KINDS.length] ?? 'ordinary'
    const asker: Asker = { by: 'pumper', ip: addressOf(POOLS.pumper, chance.below(1_000_000)) }
    const to = pumpedNumber(chance, kind)
    const sent = await sender.send(asker, to)
    if (sent.ok) figures.pumpedCost[kind] += costOf(to)
    yield HOUR / scenario.pumpedPerHour
  }
}
