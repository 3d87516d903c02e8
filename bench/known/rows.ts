/** Quartiles in milliseconds, in thousandths. */
export interface Quartiles {
  readonly q1: number
  readonly median: number
  readonly q3: number
}

/** What one kind of request took, for known and unknown people. */
export interface Row {
  readonly step: string
  readonly known: Quartiles
  readonly unknown: Quartiles
  /** Of the medians, known minus unknown. */
  readonly differenceMs: number
  /** Whether the middle halves have anything in common. */
  readonly overlap: boolean
}

/** Sums up one kind of request. */
export function rowOf(step: string, times: { readonly known: readonly number[]; readonly unknown: readonly number[] }): Row {
  const [known, unknown] = [quartiles(times.known), quartiles(times.unknown)]
  const overlap = known.q1 <= unknown.q3 && unknown.q1 <= known.q3
  return { step, known, unknown, differenceMs: rounded(known.median - unknown.median), overlap }
}

/** For people. */
export function table(rows: readonly Row[]): string {
  const shown = ({ q1, median, q3 }: Quartiles): string => `${median.toFixed(3)} (${q1.toFixed(3)} to ${q3.toFixed(3)})`
  const lines = rows.map(({ differenceMs, known, overlap, step, unknown }) =>
    [step.padEnd(10), shown(known), shown(unknown), differenceMs.toFixed(3), overlap ? 'overlap' : 'apart'].join('   '),
  )
  return ['ms: median (quartiles)   known   unknown   difference   middle halves', ...lines].join('\n')
}

function quartiles(times: readonly number[]): Quartiles {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (part: number): number => rounded(sorted[Math.floor(part * (sorted.length - 1))] ?? 0)
  return { q1: at(0.25), median: at(0.5), q3: at(0.75) }
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
