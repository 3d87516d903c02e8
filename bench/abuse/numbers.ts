import type { Chance } from './chance.js'

/** Ranges of numbers: what stands before the digits that differ, how many of these there are, and what an SMS there costs, of the order of list prices. */
interface Range {
  readonly prefix: string
  readonly digits: number
  readonly price: number
}

const US: Range = { prefix: '+1206', digits: 7, price: 0.008 }
const GB: Range = { prefix: '+447400', digits: 6, price: 0.05 }
const DE: Range = { prefix: '+49151', digits: 8, price: 0.1 }
const FR: Range = { prefix: '+336', digits: 8, price: 0.075 }

/** Countries that the simulated application names in `countries`. */
export const SERVED: readonly string[] = ['US', 'GB', 'DE', 'FR']

/** Where people's numbers are: of 20, so many in each country. */
const PEOPLE: readonly Range[] = [...times(8, US), ...times(5, GB), ...times(4, DE), ...times(3, FR)]

/** Kinds of numbers that a pumper asks for. */
export type PumpedKind = 'premium' | 'abroad' | 'ordinary'

/** What a pumper asks for: numbers that earn more than others, abroad, and ordinary ones where the application has its people. */
const PUMPED: Readonly<Record<PumpedKind, readonly Range[]>> = {
  premium: [
    { prefix: '+1900555', digits: 4, price: 0.5 },
    { prefix: '+4490123', digits: 5, price: 0.5 },
    { prefix: '+338991', digits: 5, price: 0.5 },
  ],
  abroad: [
    { prefix: '+62812', digits: 8, price: 0.4 },
    { prefix: '+99450', digits: 7, price: 0.4 },
    { prefix: '+63917', digits: 7, price: 0.2 },
  ],
  ordinary: [
    { prefix: '+447911', digits: 6, price: GB.price },
    { prefix: '+49152', digits: 8, price: DE.price },
    { prefix: '+337', digits: 8, price: FR.price },
    { prefix: '+1305', digits: 7, price: US.price },
  ],
}

const RANGES: readonly Range[] = [US, GB, DE, FR, ...PUMPED.premium, ...PUMPED.abroad, ...PUMPED.ordinary]

/** The number of a person. */
export function numberOf(person: number): string {
  const { digits, prefix } = PEOPLE[person % PEOPLE.length] ?? US
  return `${prefix}${String(2 * 10 ** (digits - 1) + person)}`
}

/** A number out of a range that a pumper earns by. */
export function pumpedNumber(chance: Chance, kind: PumpedKind): string {
  const ranges = PUMPED[kind]
  const { digits, prefix } = ranges[chance.below(ranges.length)] ?? US
  return `${prefix}${2 + chance.below(7)}${chance.digits(digits - 1)}`
}

/** What a message to a number costs. */
export function costOf(number: string): number {
  return RANGES.find(({ prefix }) => number.startsWith(prefix))?.price ?? 0
}

/** The address of one of many networks; `pool` keeps those of different actors apart. */
export function addressOf(pool: number, index: number): string {
  return `${pool}.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
}

function times(count: number, range: Range): readonly Range[] {
  return new Array<Range>(count).fill(range)
}
