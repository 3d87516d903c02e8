import type { PresetName } from 'express-otp'
import { bomb, pump } from './actors/flooders.js'
import { guessInParallel, startSlowGuesser } from './actors/guessers.js'
import { insist, keepOut } from './actors/locker.js'
import { startPeople } from './actors/people.js'
import type { Scenario } from './scenario.js'
import { schedule as createSchedule, type Process } from './schedule.js'
import { type Guarding, guardedSender } from './sender.js'
import { type Figures, noFigures } from './tally.js'
import { unprotectedSender } from './unprotected-sender.js'
import { DAY, HOUR, type World } from './world.js'

/** Who sends the codes: the library with one of its presets, the default one in an application that helps nobody, or code without any protection. */
export type SenderName = PresetName | 'default, no help' | 'unprotected'

/** How the library is used under a name. */
export function guardingOf(name: Exclude<SenderName, 'unprotected'>): Guarding {
  return name === 'default, no help' ? { preset: 'default', isHelped: false } : { preset: name, isHelped: true }
}

/** Runs a scenario from its first to its last day, at once and in this process. Equal arguments give equal figures. */
export async function simulate(name: SenderName, scenario: Scenario): Promise<Figures> {
  const schedule = createSchedule()
  const warmUp = noFigures()
  const make = name === 'unprotected' ? unprotectedSender : guardedSender.bind(undefined, guardingOf(name))
  const sender = make(schedule.clock, scenario.seed, warmUp)
  const world: World = { scenario, schedule, sender, calling: new Set(), figures: warmUp }
  const places = whoIsWho(scenario)

  startPeople(world, places.insisting)
  for (const victim of places.insisting) schedule.start(insist(world, victim), victim * 60)
  schedule.start(hourly(world))
  await schedule.run(scenario.warmUpDays * DAY)

  const figures = noFigures()
  world.figures = figures
  sender.count(figures)
  startSlowGuesser(world, places.slow)
  schedule.start(guessInParallel(world, places.parallel))
  for (const victim of places.bombed) schedule.start(bomb(world, victim), 9 * HOUR)
  for (const victim of places.locked) schedule.start(keepOut(world, victim), victim)
  for (const [index, hour] of scenario.campaigns.entries()) schedule.start(pump(world, index), hour * HOUR)
  for (let day = 1; day <= scenario.days; day++) {
    await schedule.run((scenario.warmUpDays + day) * DAY)
    figures.costByDay.push(figures.actors.pumper.cost)
  }
  await sender.close()
  return figures
}

/** Who of the people is whose victim: all at the beginning of the list, where nobody is new. */
function whoIsWho({ bombed, locked, parallelTargets, slowTargets }: Scenario) {
  // Every twentieth joins later: those are nobody's.
  const old = Array.from({ length: 2 * (bombed + locked + parallelTargets + slowTargets) }, (_, index) => index).filter(
    (index) => index % 20 !== 19,
  )
  const lockedOut = old.splice(0, locked)
  const flooded = old.splice(0, bombed)
  return {
    locked: lockedOut,
    bombed: flooded,
    insisting: [...lockedOut, ...flooded],
    slow: old.splice(0, slowTargets),
    parallel: old.splice(0, parallelTargets),
  }
}

async function* hourly({ sender }: World): Process {
  for (;;) {
    sender.tidy()
    yield HOUR
  }
}
