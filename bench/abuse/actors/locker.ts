import { type Chance, chance as chanceOf } from '../chance.js'
import { addressOf, numberOf } from '../numbers.js'
import type { Process } from '../schedule.js'
import type { Asker } from '../sender.js'
import { count, type LockoutFigures } from '../tally.js'
import { DAY, HOUR, POOLS, type World } from '../world.js'
import { callHelp, calls } from './help-desk.js'
import { logIn } from './log-in.js'

/** Wrong guesses for one code: as many as any code allows. */
const GUESSES = 10

/** Seconds between two codes, where nothing says otherwise. */
const PACE = 30

/** Seconds after which a victim tries again, at the latest. */
const TRY_AGAIN = 300

/** A login that took longer was delayed, minutes. */
const DELAY = 15

/** Asks for codes and fails on purpose, from one network after another, as soon as it is let. */
export async function* keepOut(world: World, victim: number): Process {
  const { sender } = world
  const chance = chanceOf(world.scenario.seed + 5000 + victim)
  for (;;) {
    const asker: Asker = { by: 'locker', ip: addressOf(POOLS.locker, chance.below(1_000_000)) }
    const sent = await sender.send(asker, numberOf(victim))
    let wait = sent.ok ? PACE : Math.max(1, sent.retryAfter)
    for (let isLive = sent.ok, guess = 0; sent.ok && isLive && guess < GUESSES; guess++) {
      const verified = await sender.verify(asker, sent.id, chance.digits(sender.codeLength))
      if (verified.ok) world.figures.actors.locker.broken += 1
      isLive = !verified.ok && verified.reason === 'invalid_code'
      if (!verified.ok && verified.retryAfter > 0) wait = verified.retryAfter
    }
    yield Math.min(wait, HOUR)
  }
}

/**
 * A victim who must get in, and tries until it works: every other day on a device that logged in before, and once in five days on a new one. Of every two victims
 * one has no known device at all.
 */
export async function* insist(world: World, victim: number): Process {
  const chance = chanceOf(world.scenario.seed + 6000 + victim)
  const ip = addressOf(POOLS.home, victim)
  let device: string | undefined
  const hasDevice = victim % 2 === 0
  if (hasDevice) device = (yield* until(world, chance, { by: 'people', ip }, victim, undefined)) ?? device
  yield world.scenario.warmUpDays * DAY - world.schedule.now() + chance.between(HOUR, DAY)
  for (let day = 0; ; day++) {
    const { known, unknown } = world.figures.lockouts
    if (hasDevice && day % 2 === 0) device = (yield* until(world, chance, { by: 'people', ip, device }, victim, known)) ?? device
    if (day % 5 === victim % 5) yield* until(world, chance, { by: 'people', ip: addressOf(POOLS.home, 100_000 + victim) }, victim, unknown)
    yield chance.between(0.8 * DAY, 1.2 * DAY)
  }
}

async function* until(
  world: World,
  chance: Chance,
  asker: Asker,
  victim: number,
  figures: LockoutFigures | undefined,
): AsyncGenerator<number, string | undefined> {
  const beginning = world.schedule.now()
  let limit = ''
  if (figures !== undefined) figures.tries += 1
  for (;;) {
    const end = yield* logIn(world, chance, asker, numberOf(victim))
    const minutes = (world.schedule.now() - beginning) / 60
    if (figures !== undefined) figures.longestMinutes = Math.max(figures.longestMinutes, minutes)
    if (end.kind === 'in') {
      if (figures !== undefined && minutes > DELAY) figures.delayed += 1
      if (figures !== undefined && minutes > 60) count(figures.overAnHourBy, limit)
      return end.device
    }
    if (end.kind !== 'refused') yield 60
    else {
      limit = end.no.limit
      if (calls(world, end.no)) yield* callHelp(world, numberOf(victim))
      else yield Math.min(Math.max(end.no.retryAfter, 30), TRY_AGAIN)
    }
  }
}
