import type { Locale } from './messages/locales.js'

/** A code as a voice says it: one word for each character. A small letter says that it is one; a capital is the letter alone. */
export function spell(code: string, { characters, speech }: Locale): readonly string[] {
  return [...code].map((character) => {
    if (/^\p{Ll}$/u.test(character)) return speech.small.replace('{letter}', character.toUpperCase())
    return characters[character] ?? character
  })
}
