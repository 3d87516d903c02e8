import { styleText } from 'node:util'
import { RULES, type RuleName, type Severity } from './rules.js'
import type { Finding } from './subject.js'

/** One finding, judged. */
export interface Trouble {
  readonly severity: Severity
  readonly rule: RuleName
  readonly row: string
  readonly asvs: string
  readonly found: string
  readonly remedy: string
}

/** All that was found, as `--json` prints it. */
export interface Report {
  /** Of this shape; fields may be added to it. */
  readonly version: 1
  readonly production: boolean
  readonly counts: Readonly<Record<Severity | 'ok', number>>
  readonly findings: readonly Trouble[]
  /** Rules that were looked at and are kept. */
  readonly ok: readonly RuleName[]
}

const WEIGHTS: readonly Severity[] = ['error', 'warning', 'note']

/** Rows and requirements by what a refusal names. */
const REFUSED: readonly (readonly [RegExp, row: string, asvs: string])[] = [
  [/"secret"/, 'T62', '13.3.1'],
  [/"sandbox"|consoleTransport|fileTransport/, 'T66', '15.2.3'],
  [/"countries"|spendCap|guard|"prices"/, 'T29', '2.4.1'],
  [/sessionStore|"store"/, 'T54', '15.4.2'],
  [/"codeLength"/, 'T12', '6.5.4'],
  [/"ttlSeconds"/, 'T25', '6.5.5'],
  [/"maxAttempts"/, 'T01', '6.6.3'],
]

/** Weighs every finding, the heaviest first. `secrets` are shown nowhere, whatever a finding quotes. */
export function report(
  findings: readonly Finding[],
  { production, secrets }: { readonly production: boolean; readonly secrets: readonly string[] },
): Report {
  const troubles: Trouble[] = []
  const ok: RuleName[] = []
  for (const { found, rule: name } of findings) {
    const rule = RULES.get(name)
    if (rule === undefined) continue
    if (found === undefined) {
      ok.push(name)
      continue
    }
    const [, row, asvs] = (name === 'refused' && REFUSED.find(([pattern]) => pattern.test(found))) || ['', rule.row, rule.asvs]
    const shown = secrets.reduce((text, secret) => text.replaceAll(secret, '...'), found)
    const severity = rule.production && !production ? 'note' : rule.severity
    troubles.push({ severity, rule: name, row, asvs, found: shown, remedy: rule.remedy })
  }
  const count = (severity: Severity): number => troubles.filter((one) => one.severity === severity).length
  return {
    version: 1,
    production,
    counts: { error: count('error'), warning: count('warning'), note: count('note'), ok: ok.length },
    findings: WEIGHTS.flatMap((severity) => troubles.filter((one) => one.severity === severity)),
    ok,
  }
}

/** True where something weighs at least as much as `floor`. */
export function fails({ findings }: Report, floor: Severity): boolean {
  return findings.some(({ severity }) => WEIGHTS.indexOf(severity) <= WEIGHTS.indexOf(floor))
}

const COLOURS = { error: 'red', warning: 'yellow', note: 'cyan', ok: 'green' } as const

/** The report as text, at most 80 columns wide. */
export function render({ counts, findings, ok, production }: Report, { colours }: { readonly colours: boolean }): string {
  const paint = (kind: keyof typeof COLOURS, text: string): string =>
    colours ? styleText(COLOURS[kind], text, { validateStream: false }) : text
  const blocks = findings.map(({ asvs, found, remedy, row, rule, severity }) => {
    const sources = [row, asvs === '' ? '' : `ASVS ${asvs}`].filter((text) => text !== '').join(', ')
    const head = `${paint(severity, severity)} ${rule}${sources === '' ? '' : ` (${sources})`}`
    return [head, ...wrapped(found), ...wrapped(`remedy: ${remedy}`), ''].join('\n')
  })
  const good = ok.map((one) => `${paint('ok', 'ok')}: ${one}`)
  const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
  const sums = [plural(counts.error, 'error'), plural(counts.warning, 'warning'), plural(counts.note, 'note'), `${counts.ok} ok`].join(', ')
  return `${[...blocks, ...good, '', `${sums}; judged ${production ? 'for' : 'outside'} production`].join('\n')}\n`
}

function wrapped(text: string): readonly string[] {
  const lines = ['']
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + word.length > 74) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.map((line) => `    ${line}`)
}
