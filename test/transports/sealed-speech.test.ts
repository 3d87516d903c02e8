import { describe, expect, it } from 'vitest'
import { openSpeech, sealSpeech } from '../../src/transports/sealed-speech.js'
import { speech } from './sample-speech.js'

const NOW = Date.UTC(2026, 0, 1)

describe('sealSpeech', () => {
  it('gives a speech back to the same secret, until the code expires', () => {
    const sealed = sealSpeech(speech(), NOW, 'secret-a')
    expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/)
    expect(openSpeech(sealed, 'secret-a', NOW - 1)).toEqual(speech())
    expect(openSpeech(sealed, 'secret-a', NOW)).toBeUndefined()
    expect(openSpeech(sealed, 'secret-b', NOW - 1)).toBeUndefined()
  })

  it('T65 shows nothing of the code, and never looks the same', () => {
    const [one, two] = [sealSpeech(speech(), NOW, 'secret-a'), sealSpeech(speech(), NOW, 'secret-a')]
    expect(one).not.toBe(two)
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('four')
  })

  it('opens nothing that was changed, cut or made up', () => {
    const sealed = Buffer.from(sealSpeech(speech(), NOW, 'secret-a'), 'base64url')
    for (let place = 0; place < sealed.length; place += 7) {
      const changed = Buffer.from(sealed)
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place)
      expect(openSpeech(changed.toString('base64url'), 'secret-a', NOW - 1)).toBeUndefined()
    }
    for (const length of [0, 11, 28, 29, sealed.length - 1]) {
      expect(openSpeech(sealed.subarray(0, length).toString('base64url'), 'secret-a', NOW - 1)).toBeUndefined()
    }
    expect(openSpeech('!'.repeat(100), 'secret-a', NOW - 1)).toBeUndefined()
    expect(openSpeech('A'.repeat(8001), 'secret-a', NOW - 1)).toBeUndefined()
  })
})
