/** Which characters a code is made of, by name: capital `letters` and `alphanumeric` leave out I and O, and 0 and 1 too. */
export type AlphabetName = 'digits' | 'letters' | 'alphanumeric'

/** Every {@link AlphabetName}. */
export const ALPHABET_NAMES: readonly AlphabetName[] = ['digits', 'letters', 'alphanumeric']

type UpToUpper = 'upper' | 'digits+upper'
type UpToLower = 'lower' | `${'digits' | UpToUpper}+lower`
type UpToSpecial = 'special' | `${'digits' | UpToUpper | UpToLower}+special`
type Classes = 'digits' | UpToUpper | UpToLower | UpToSpecial

/**
 * Which characters a code is made of: a name, or the classes `digits`, `upper`, `lower` and `special` (`! # $ % & ? @`) in this order, joined by `+`,
 * with `-lookalikes` behind for "without `0 O o 1 I l`": `digits+upper`, `upper+lower+special`, `digits+upper-lookalikes`.
 */
export type Alphabet = AlphabetName | Classes | `${Classes}-lookalikes`

/** What an alphabet is put together from. What is not given is left out. */
export interface AlphabetChoice {
  /** `0` to `9`. */
  readonly digits?: boolean | undefined
  /** `A` to `Z`. */
  readonly upper?: boolean | undefined
  /** `a` to `z`. */
  readonly lower?: boolean | undefined
  /** `! # $ % & ? @`. */
  readonly special?: boolean | undefined
  /** Leaves out what is easily taken for something else: `0 O o 1 I l`. */
  readonly withoutLookAlikes?: boolean | undefined
}

const CLASSES = [
  ['digits', '0123456789'],
  ['upper', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  ['lower', 'abcdefghijklmnopqrstuvwxyz'],
  ['special', '!#$%&?@'],
] as const

const LOOK_ALIKES = /[0Oo1Il]/g
const WITHOUT_LOOK_ALIKES = '-lookalikes'

/** Every alphabet with its characters: there are no more than 32. */
const CHARACTERS: ReadonlyMap<Alphabet, string> = new Map<Alphabet, string>([
  ['letters', 'ABCDEFGHJKLMNPQRSTUVWXYZ'],
  ['alphanumeric', '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'],
  ...Array.from({ length: 2 ** CLASSES.length - 1 }, (_, index) => CLASSES.filter((_class, bit) => ((index + 1) >> bit) % 2 === 1)).flatMap(
    (chosen) => {
      // Joined in the order of the table, as the type spells it.
      const name = chosen.map(([one]) => one).join('+') as Classes
      const characters = chosen.map(([, own]) => own).join('')
      return [[name, characters] as const, [`${name}${WITHOUT_LOOK_ALIKES}`, characters.replace(LOOK_ALIKES, '')] as const]
    },
  ),
])

/** The alphabet of these classes; of digits where none is chosen. */
export function alphabetOf(choice: AlphabetChoice): Alphabet {
  // As above.
  const name = (CLASSES.flatMap(([one]) => (choice[one] === true ? [one] : [])).join('+') || 'digits') as Classes
  return choice.withoutLookAlikes === true ? `${name}${WITHOUT_LOOK_ALIKES}` : name
}

/** True for an {@link Alphabet}, spelled exactly so. */
export function isAlphabet(text: unknown): text is Alphabet {
  // Looking for what is no key of a map finds nothing.
  return CHARACTERS.has(text as Alphabet)
}

/** Every character of an alphabet, once. */
export function charactersOf(alphabet: Alphabet): string {
  return CHARACTERS.get(alphabet) ?? ''
}
