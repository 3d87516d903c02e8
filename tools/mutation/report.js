/** @typedef {{ readonly status: string, readonly mutatorName: string, readonly replacement?: string, readonly location: { readonly start: { readonly line: number, readonly column: number }, readonly end: { readonly line: number, readonly column: number } } }} Mutant */
/** @typedef {{ readonly files: Readonly<Record<string, { readonly source: string, readonly mutants: readonly Mutant[] }>> }} Report */

/**
 * What Stryker counts, as a row of the table in docs/mutation.md. A change that a test does not survive within its time counts as killed.
 * @param {string} name
 * @param {Report} report
 * @returns {string}
 */
export function row(name, { files }) {
  const mutants = Object.values(files).flatMap((file) => file.mutants)
  const [killed, late, survived, unseen] = ['Killed', 'Timeout', 'Survived', 'NoCoverage'].map(
    (status) => mutants.filter((mutant) => mutant.status === status).length,
  )
  return scored(name, { killed: killed ?? 0, late: late ?? 0, survived: survived ?? 0, unseen: unseen ?? 0 })
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
 * @param {Report} report
 * @returns {string[]}
 */
export function survivors({ files }) {
  return Object.entries(files).flatMap(([path, { source, mutants }]) => {
    const lines = source.split('\n')
    return mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(({ status, mutatorName, replacement = '', location: { start, end } }) => {
        const line = lines[start.line - 1] ?? ''
        const was = start.line === end.line ? line.slice(start.column - 1, end.column - 1) : `${line.slice(start.column - 1)} ...`
        return `${path}:${start.line}:${start.column} ${status === 'NoCoverage' ? 'not covered, ' : ''}${mutatorName}: ${was} -> ${replacement.replaceAll(/\s+/g, ' ')}`
      })
  })
}
