/** Longest tag that is looked at; RFC 5646 section 4.4.1 asks for 35. */
const MAX_TAG_LENGTH = 35

/** Macrolanguages and sisters that are read as one of ours. */
const READ_AS: ReadonlyMap<string, string> = new Map([
  ['no', 'nb'],
  ['nn', 'nb'],
])

interface Tag {
  readonly language: string
  /** With the likely script filled in: Hant for zh-TW (CLDR likely subtags). */
  readonly script: string | undefined
  /** Only where the tag names one. */
  readonly region: string | undefined
}

/** Tags read before, for reading one takes longer than wording a message. Tags come from requests too: when it is full it starts anew. */
const known = new Map<string, Tag | undefined>()
const MAX_KNOWN = 1000

/**
 * The language among `available` that suits a BCP 47 tag best: the same region, else the same script without a region, else the same
 * language. `undefined` where none has that language, and for a tag that is malformed.
 */
export function matchLanguage<Name extends string>(wanted: string | undefined, available: readonly Name[]): Name | undefined {
  const tag = wanted === undefined ? undefined : readTag(wanted)
  if (tag === undefined) return undefined
  let best: Name | undefined
  let bestScore = 0
  for (const name of available) {
    const score = likeness(tag, readTag(name))
    if (score > bestScore) {
      best = name
      bestScore = score
    }
  }
  return best
}

/** True for a well-formed BCP 47 tag. */
export function isLanguageTag(value: unknown): value is string {
  return typeof value === 'string' && readTag(value) !== undefined
}

function likeness(wanted: Tag, name: Tag | undefined): number {
  if (name === undefined || name.language !== wanted.language) return 0
  // Another script cannot be read: zh-Hant is no answer to zh-Hans.
  if (name.script !== wanted.script) return 0
  if (name.region === wanted.region) return 3
  return name.region === undefined ? 2 : 1
}

function readTag(tag: string): Tag | undefined {
  if (tag.length > MAX_TAG_LENGTH) return undefined
  if (known.has(tag)) return known.get(tag)
  const read = parseTag(tag)
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(tag, read)
  return read
}

function parseTag(tag: string): Tag | undefined {
  try {
    const locale = new Intl.Locale(tag)
    const { language } = locale
    return { language: READ_AS.get(language) ?? language, script: locale.maximize().script, region: locale.region }
  } catch {
    return undefined
  }
}
