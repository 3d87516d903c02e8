// Loaded by Stryker, which has no sampling: leaves out all changes but one in so many, by a hash of each, so that a second run meets the same ones.
import { createHash } from 'node:crypto'
import { relative } from 'node:path'
import { root } from '../build.js'

const oneIn = Number(process.env.MUTATION_ONE_IN ?? 1)
const seed = 20_260

// No part of what Stryker promises, which is why its version is pinned.
const planner = new URL('node_modules/@stryker-mutator/core/dist/src/mutants/mutant-test-planner.js', import.meta.url)
const { prototype } = (await import(planner.href)).MutantTestPlanner
const { planMutant } = prototype

/** @typedef {{ readonly fileName: string, readonly mutatorName: string, readonly replacement: string, readonly location: unknown, readonly status?: string }} Mutant */

/** @param {Mutant} mutant */
prototype.planMutant = function (mutant) {
  const isLeftOut = mutant.status === undefined && !isInSample(mutant)
  return planMutant.call(this, isLeftOut ? { ...mutant, status: 'Ignored', statusReason: `one in ${oneIn}, seed ${seed}` } : mutant)
}

/** @param {Mutant} mutant */
function isInSample({ fileName, mutatorName, replacement, location }) {
  const name = JSON.stringify([seed, relative(root, fileName), mutatorName, replacement, location])
  return createHash('sha256').update(name).digest().readUInt32BE() % oneIn === 0
}

/** @type {readonly never[]} what Stryker looks for in a plugin: this one has nothing of its own to offer */
export const strykerPlugins = []
