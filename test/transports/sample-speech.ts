import type { Speech } from '../../src/ports/message.js'

/** What a call says, with what a test wants to differ. */
export function speech(differing: Partial<Speech> = {}): Speech {
  return {
    language: 'en-GB',
    gender: 'female',
    prompt: 'Press any key to hear your code.',
    requireKeypress: false,
    before: 'Your Acme code is',
    spelled: ['four', 'eight', 'two', 'nine', 'one', 'three'],
    after: 'Goodbye.',
    times: 2,
    ...differing,
  }
}

/** The same sealed speech with one character in its middle changed. */
export function changed(sealed: string): string {
  return `${sealed.slice(0, 20)}${sealed[20] === 'A' ? 'B' : 'A'}${sealed.slice(21)}`
}
