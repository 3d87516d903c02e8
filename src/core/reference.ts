import { hash } from 'node:crypto'

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'

/**
 * Two letters that mark one message, on the message and on the page, so that a person with two of them knows which to read. Drawn from what the
 * store says, so that every process shows the same; another send of the challenge gets another pair.
 */
export function referenceOf(id: string, expiresAt: number): string {
  const digest = hash('sha256', `${id} ${expiresAt}`, 'binary')
  return letter(digest.charCodeAt(0)) + letter(digest.charCodeAt(1))
}

function letter(byte: number): string {
  return LETTERS.charAt(byte % LETTERS.length)
}
