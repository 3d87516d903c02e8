import type { Speech } from '../../src/ports/channel.js'

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
