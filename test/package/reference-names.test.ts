import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULT_LIMITS } from 'express-otp'
import { describe, expect, it } from 'vitest'
import type { LimitName } from '../../src/ports/limits.js'
import { root, sourceFiles } from '../helpers/source-files.js'

/** Every limit: the compiler holds this list equal to the type. */
const LIMITS: { readonly [Name in LimitName]: true } = {
  cooldown: true,
  recipient_hour: true,
  recipient_day: true,
  recipient_day_in_all: true,
  recipient_block: true,
  pending: true,
  paused: true,
  disabled: true,
  recipient_failures_day: true,
  block_sends: true,
  block_recipients: true,
  block_calling_codes: true,
  block_failures: true,
  pumping_country: true,
  pumping_block: true,
  paid_hour: true,
  spend_hour: true,
  spend_day: true,
  spend_country_hour: true,
  spend_country_day: true,
  spend_tenant_hour: true,
  spend_tenant_day: true,
}

/** How the doors and the dialect of our own say why a field is refused. */
const SAYS = [
  /\binvalid\([^()]*, '(\w+)'\)/g,
  /\bwrong\('(\w+)'\)/g,
  /\brefuse\('?\w+'?, '(\w+)'\)/g,
  /\bfield(?:: [^,]+)?, reason: (?:typeof value === 'string' \? )?'(\w+)'(?: : '(\w+)')?/g,
  /\b(?:pattern|accepts|max): [^\n]*, reason: '(\w+)'/g,
  /reason = '(invalid_\w+)'/g,
  /return '(invalid_\w+|\w+_not_served|not_an_\w+)'/g,
  /refused: '(\w+)'/g,
  // Of readBody, told as that of the field `body`.
  /reason: '(malformed|repeated_field)'/g,
]

describe('the names in the reference', () => {
  it('hold every limit, with the option that sets it', () => {
    const rows = table('docs/reference/events.md', 'Limits and rules')
    expect(rows.flatMap(({ names }) => names).sort()).toEqual(Object.keys(LIMITS).sort())
    const setting = rows.flatMap(({ rest }) => [...rest.matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
    // How long failures are remembered refuses nothing by itself.
    expect(setting.sort()).toEqual(
      Object.keys(DEFAULT_LIMITS)
        .filter((name) => name !== 'failureMemorySeconds')
        .sort(),
    )
  })

  it('hold every reason for which a field is refused', () => {
    const told = table('docs/reference/reasons.md', 'Fields').flatMap(({ names }) => names)
    expect(told.filter((name) => !/^must_be_\d+_(?:digits|characters)$/.test(name)).sort()).toEqual(said())
  })
})

/** Every reason in the sources of the doors and of our own wire format. */
function said(): readonly string[] {
  const doors = sourceFiles().filter(({ path }) => /^(?:core|session|express|channels|dialects\/native)\//.test(path))
  const names = doors.flatMap(({ code }) => SAYS.flatMap((way) => [...code.matchAll(way)].flatMap(([, ...found]) => found)))
  return [...new Set(names.filter((name) => name !== undefined))].sort()
}

/** Rows below a heading: the names in the first cell, and what stands beside them. */
function table(page: string, heading: string): { readonly names: readonly string[]; readonly rest: string }[] {
  const section =
    readFileSync(join(root, page), 'utf8')
      .split(/^## /m)
      .find((part) => part.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^\| (`[^|]*)\|(.*)\|$/gm)].map(([, first = '', rest = '']) => ({
    names: [...first.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    rest,
  }))
}
