const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])

/** Makes a value safe as HTML text and inside a quoted attribute. */
export function escapeHtml(value: string): string {
  // Most texts have nothing to escape.
  if (!/[&<>"']/.test(value)) return value
  return value.replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? '')
}
