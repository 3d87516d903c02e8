import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { eventStream } from '../../src/util/event-stream.js'

describe('eventStream', () => {
  it('tells every listener of a name, in order, until it stops listening', () => {
    const stream = eventStream()
    const heard: string[] = []
    const first = (): void => void heard.push('first')
    stream.on('sent', first)
    stream.on('sent', () => void heard.push('second'))
    stream.on('issued', () => void heard.push('other'))
    stream.emit('sent', {})
    stream.off('sent', first)
    stream.emit('sent', {})
    expect(heard).toEqual(['first', 'second', 'second'])
  })

  it('goes on past a listener that throws, and warns without its words', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined)
    onTestFinished(() => warn.mockRestore())
    const stream = eventStream()
    const heard: object[] = []
    stream.on('sent', () => {
      throw new Error('code 123456')
    })
    stream.on('sent', (event: object) => void heard.push(event))
    expect(() => stream.emit('sent', { id: 'x' })).not.toThrow()
    expect(heard).toEqual([{ id: 'x' }])
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn.mock.calls[0]?.[0]).toBe('A listener of the event "sent" threw.')
  })

  it('survives a listener that is async and rejects, which would end the process', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined)
    onTestFinished(() => warn.mockRestore())
    const stream = eventStream()
    stream.on('sent', async () => {
      throw new Error('code 123456')
    })
    stream.emit('sent', {})
    await expect.poll(() => warn.mock.calls.length).toBe(1)
    expect(warn.mock.calls[0]?.[0]).toBe('A listener of the event "sent" threw.')
  })

  it('lets a listener leave while it is told', () => {
    const stream = eventStream()
    const heard: number[] = []
    const once = (): void => {
      heard.push(1)
      stream.off('sent', once)
    }
    stream.on('sent', once)
    stream.on('sent', () => void heard.push(2))
    stream.emit('sent', {})
    stream.emit('sent', {})
    expect(heard).toEqual([1, 2, 2])
  })
})
