/** @typedef {import('./sandbox.js').Mutant & { readonly status: string }} Judged */

/**
 * A row of the table in docs/mutation.md. A change that a test does not survive within its time counts as killed.
 * @param {string} name
 * @param {readonly Judged[]} mutants
 * @returns {string}
 */
export function row(name, mutants) {
  const [killed = 0, late = 0, survived = 0, unseen = 0] = ['Killed', 'Timeout', 'Survived', 'NoCoverage'].map(
    (status) => mutants.filter((mutant) => mutant.status === status).length,
  )
  return scored(name, { killed, late, survived, unseen })
}

/**
 * @param {string} name
 * @param {{ readonly killed: number, readonly late: number, readonly survived: number, readonly unseen: number }} counts
 * @returns {string}
 */
export function scored(name, { killed, late, survived, unseen }) {
  const all = killed + late + survived + unseen
  return `| ${[name, all, killed, late, survived, unseen, `${((100 * (killed + late)) / all).toFixed(1)} %`].join(' | ')} |`
}

/**
 * Every change that no test noticed: where it is, and what became what.
 * @param {readonly Judged[]} mutants
 * @param {(path: string) => string} read
 * @returns {string[]}
 */
export function survivors(mutants, read) {
  return mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ fileName, status, mutatorName, replacement, location: { start, end } }) => {
      const line = read(fileName).split('\n')[start.line] ?? ''
      const was = start.line === end.line ? line.slice(start.column, end.column) : `${line.slice(start.column)} ...`
      const kind = status === 'NoCoverage' ? `not covered, ${mutatorName}` : mutatorName
      return `${fileName}:${start.line + 1}:${start.column + 1} ${kind}: ${was} -> ${replacement.replaceAll(/\s+/g, ' ')}`
    })
}
