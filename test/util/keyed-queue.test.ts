import { describe, expect, it } from 'vitest'
import { keyedQueue, type Place } from '../../src/util/keyed-queue.js'

/** Names of those whose turn has come, in order. */
function turns(places: Readonly<Record<string, Place>>): string[] {
  const had: string[] = []
  for (const [name, place] of Object.entries(places)) void place.turn.then(() => had.push(name))
  return had
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('keyedQueue', () => {
  it('gives turns in the order of arrival, one at a time for each key', async () => {
    const queue = keyedQueue()
    const places = { first: queue.join(['a']), second: queue.join(['a']), other: queue.join(['b']) }
    const had = turns(places)
    await settled()
    expect(had).toEqual(['first', 'other'])
    places.first.leave()
    await settled()
    expect(had).toEqual(['first', 'other', 'second'])
  })

  it('waits for all keys, and never two for each other', async () => {
    const queue = keyedQueue()
    const places = { ab: queue.join(['a', 'b']), ba: queue.join(['b', 'a']), a: queue.join(['a']), b: queue.join(['b', 'b']) }
    const had = turns(places)
    await settled()
    expect(had).toEqual(['ab'])
    places.ab.leave()
    await settled()
    expect(had).toEqual(['ab', 'ba'])
    places.ba.leave()
    await settled()
    expect(had.sort()).toEqual(['a', 'ab', 'b', 'ba'])
  })

  it('gives no turn while somebody still stands ahead at another key', async () => {
    const queue = keyedQueue()
    const places = { a: queue.join(['a']), b: queue.join(['b']), both: queue.join(['a', 'b']) }
    const had = turns(places)
    places.a.leave()
    await settled()
    expect(had).toEqual(['a', 'b'])
    places.b.leave()
    await settled()
    expect(had).toEqual(['a', 'b', 'both'])
  })

  it('lets those behind pass when somebody leaves before the turn', async () => {
    const queue = keyedQueue()
    const places = { first: queue.join(['a']), gone: queue.join(['a', 'b']), b: queue.join(['b']), last: queue.join(['a']) }
    const had = turns(places)
    places.gone.leave()
    places.first.leave()
    await settled()
    expect(had).toEqual(['first', 'b', 'last'])
  })

  it('takes a second leave for nothing', async () => {
    const queue = keyedQueue()
    const places = { first: queue.join(['a']), second: queue.join(['a']), third: queue.join(['a']) }
    const had = turns(places)
    places.first.leave()
    places.first.leave()
    await settled()
    expect(had).toEqual(['first', 'second'])
  })

  it('keeps nothing of those who have left', () => {
    const queue = keyedQueue()
    const places = [queue.join(['a', 'b']), queue.join(['b', 'c'])]
    expect(queue.size()).toBe(3)
    for (const place of places) place.leave()
    expect(queue.size()).toBe(0)
  })
})
