import { chance as chanceOf } from '../chance.js'
import { addressOf, numberOf } from '../numbers.js'
import type { Process } from '../schedule.js'
import type { Asker } from '../sender.js'
import { HOUR, POOLS, type World } from '../world.js'

/** Seconds between two guesses of the slow guesser. */
const PACE = 40

/** Seconds between two rounds of the parallel guesser. */
const ROUND = 1800

/** Guesses that are on their way at the same time. */
const WAVE = 50

/** Waves of a round at most: only where nobody stops them are there as many. */
const WAVES = 100

/** For each target: a guess now and then, for ever, with every pause obeyed. Some come from a carrier's address, where honest people are too. */
export function startSlowGuesser(world: World, targets: readonly number[]): void {
  for (const [index, target] of targets.entries()) world.schedule.start(guessSlowly(world, index, target), index * 17)
}

async function* guessSlowly(world: World, index: number, target: number): Process {
  const { sender } = world
  const chance = chanceOf(world.scenario.seed + 1000 + index)
  const asker: Asker = { by: 'slow guesser', ip: index % 4 === 0 ? addressOf(POOLS.carrier, index) : addressOf(POOLS.slow, index) }
  let guessed = 0
  for (;;) {
    const sent = await sender.send(asker, numberOf(target))
    if (!sent.ok) {
      yield Math.max(PACE, Math.min(sent.retryAfter, 6 * HOUR))
      continue
    }
    for (let isLive = true; isLive; ) {
      const before = world.figures.actors['slow guesser'].compared
      const verified = await sender.verify(asker, sent.id, chance.digits(sender.codeLength))
      guessed += world.figures.actors['slow guesser'].compared - before
      world.figures.mostGuessesOfOne = Math.max(world.figures.mostGuessesOfOne, guessed)
      if (verified.ok) world.figures.actors['slow guesser'].broken += 1
      isLive = !verified.ok && verified.reason === 'invalid_code'
      yield PACE
    }
  }
}

/** Each target in turn: many guesses at the same instant, each from another address, until a whole wave was refused. */
export async function* guessInParallel(world: World, targets: readonly number[]): Process {
  const { figures, sender } = world
  const chance = chanceOf(world.scenario.seed + 2000)
  const guessed = new Map<number, number>()
  const asker = (): Asker => ({ by: 'parallel guesser', ip: addressOf(POOLS.parallel, chance.below(1_000_000)) })
  for (let round = 0; ; round++) {
    const target = targets[round % targets.length] ?? 0
    const sent = await sender.send(asker(), numberOf(target))
    const before = figures.actors['parallel guesser'].compared
    for (let wave = 0, isOpen = sent.ok; sent.ok && isOpen && wave < WAVES; wave++) {
      const guesses = Array.from({ length: WAVE }, () => sender.verify(asker(), sent.id, chance.digits(sender.codeLength)))
      const answers = await Promise.all(guesses)
      figures.actors['parallel guesser'].broken += answers.filter((answer) => answer.ok).length
      isOpen = answers.some((answer) => !answer.ok && answer.reason === 'invalid_code')
    }
    guessed.set(target, (guessed.get(target) ?? 0) + figures.actors['parallel guesser'].compared - before)
    figures.mostGuessesOfOne = Math.max(figures.mostGuessesOfOne, guessed.get(target) ?? 0)
    yield ROUND
  }
}
