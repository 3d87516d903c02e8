/** The parameters of a query string, decoded; names that occur more than once stand apart and have no value (T69). */
export interface UnimatrixQuery {
  readonly values: ReadonlyMap<string, string>
  readonly repeated: ReadonlySet<string>
}

/** Reads a query string as forms are read: `+` is a blank. */
export function readQuery(query: string): UnimatrixQuery {
  const values = new Map<string, string>()
  const repeated = new Set<string>()
  for (const [name, value] of new URLSearchParams(query)) {
    if (values.has(name)) repeated.add(name)
    values.set(name, value)
  }
  for (const name of repeated) values.delete(name)
  return { values, repeated }
}
