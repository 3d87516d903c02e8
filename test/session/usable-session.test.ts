import { describe, expect, it } from 'vitest'
import { withinDeadline } from '../../src/session/usable-session.js'
import { standStill } from '../helpers/stand-still.js'

describe('withinDeadline', () => {
  // A soak on a busy machine: the process got no processor for 1.5 s, and right codes were answered with 503 although the session was saved.
  it('T58 does not take a process that stood still for a session store that hangs', async () => {
    const saved = new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        withinDeadline('saved', (done) => setImmediate(done)).then(resolve, reject)
        standStill(1600)
      })
    })
    await expect(saved).resolves.toBeUndefined()
  })
})
