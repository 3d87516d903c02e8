import { CHANNEL_NAMES } from '../ports/message.js'

type Shape = (value: unknown) => boolean

const text: Shape = (value) => typeof value === 'string'
const flag: Shape = (value) => typeof value === 'boolean'
const count: Shape = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const instant: Shape = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0
const mode: Shape = (value) => value === 'any' || value === 'all'
const channel: Shape = (value) => CHANNEL_NAMES.some((name) => name === value)

const sendMark = withOptionals([(value) => value === 1], instant, text, text)
const status: Shape = (value) => value === 'sent' || value === 'delivered' || value === 'failed'

const noStatus: Shape = (value) => value === null || status(value)
const answer = withOptionals([noStatus, instant], channel, count, text, instant, text, flag)
const challenge = withOptionals([count], text, text, text, text, mode, count, count, instant, listOf(answer))
const grant = tuple(text, text, text, text, instant, instant, listOf(tuple(channel, text)))
const rare = [listOf(instant), count, instant, instant]
const recipient = withOptionals(rare, count, instant, instant, listOf(sendMark), listOf(challenge), listOf(grant))
const label = withOptionals([status], text, channel, instant, text)
const value = tuple(text, instant)
const total = tuple((sum) => Number.isSafeInteger(sum), instant)
const block = tuple(listOf(tuple(instant, text, text, text)), listOf(instant))

/** True for what `packRecipient` of `core/law/pack.ts` writes: whoever keeps records where others write too asks before it unpacks (T49). */
export function isPackedRecipient(packed: string): boolean {
  return recipient(parsed(packed))
}

/** True for what `packBlock` of `core/law/pack.ts` writes. */
export function isPackedBlock(packed: string): boolean {
  return block(parsed(packed))
}

/** True for what `packLabel` of `core/law/pack.ts` writes. */
export function isPackedLabel(packed: string): boolean {
  return label(parsed(packed))
}

/** True for what `lawfulRegister` keeps of a value. */
export function isPackedValue(packed: string): boolean {
  return value(parsed(packed))
}

/** True for what `lawfulRegister` keeps of a total. */
export function isPackedTotal(packed: string): boolean {
  return total(parsed(packed))
}

function parsed(packed: string): unknown {
  try {
    return JSON.parse(packed)
  } catch {
    return undefined
  }
}

function tuple(...shapes: readonly Shape[]): Shape {
  return (value) => Array.isArray(value) && value.length === shapes.length && shapes.every((shape, index) => shape(value[index]))
}

/** As {@link tuple}, with so many of these further values as there are. */
function withOptionals(more: readonly Shape[], ...shapes: readonly Shape[]): Shape {
  const all = [...shapes, ...more]
  return (value) =>
    Array.isArray(value) &&
    value.length >= shapes.length &&
    value.length <= all.length &&
    value.every((one: unknown, index) => all[index]?.(one) === true)
}

function listOf(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every(shape)
}
