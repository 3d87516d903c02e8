/** An origin-bound one-time code. */
export interface OriginBound {
  readonly topLevelHost: string
  readonly embeddedHost: string | null
  readonly code: string
}

/**
 * The algorithm "parse an origin-bound one-time code message" of WICG "Origin-bound one-time codes delivered via SMS", section 3.2, step by
 * step.
 */
export function parseOriginBound(message: string): OriginBound | 'failure' {
  const line = lastLine(message)
  const at = { position: 0 }
  if (at.position >= line.length) return 'failure'
  const topLevelHost = extractMarkedToken(line, at, '@')
  if (topLevelHost === undefined) return 'failure'
  if (at.position >= line.length) return 'failure'
  if (line[at.position] !== ' ') return 'failure'
  at.position += 1
  if (at.position >= line.length) return 'failure'
  const code = extractMarkedToken(line, at, '#')
  if (code === undefined) return 'failure'
  let embeddedHost: string | null = null
  if (at.position < line.length && line[at.position] === ' ') {
    at.position += 1
    embeddedHost = extractMarkedToken(line, at, '%') ?? null
  }
  return { topLevelHost, embeddedHost, code }
}

function extractMarkedToken(text: string, at: { position: number }, marker: string): string | undefined {
  if (at.position >= text.length) return undefined
  if (text[at.position] !== marker) return undefined
  at.position += 1
  if (at.position >= text.length) return undefined
  const [token = ''] = /^[^\t\n\f\r ]*/.exec(text.slice(at.position)) ?? []
  at.position += token.length
  return token === '' ? undefined : token
}

function lastLine(text: string): string {
  return text.replace(/\r\n?/g, '\n').split('\n').at(-1) ?? ''
}
