import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRedis, type RedisServer, startRedis } from './redis-server.js'
import { until } from './server-process.js'

describe.skipIf(!hasRedis)('startRedis', () => {
  let redis: RedisServer

  beforeAll(async () => {
    redis = await startRedis({ args: ['--maxmemory', '8mb'] })
  })

  afterAll(async () => {
    await redis.stop()
  })

  it('answers commands, with the arguments it was given', async () => {
    expect(await redis.command('SET', 'a', '1')).toBe('OK')
    expect(await redis.command('GET', 'a')).toBe('1')
    expect(await redis.command('INFO', 'memory')).toContain('maxmemory:8388608\r\n')
  })

  it("reports the server's own error", async () => {
    await expect(redis.command('NONSENSE')).rejects.toThrow('unknown command')
  })

  it('answers nothing while paused and everything after', async () => {
    redis.pause()
    let answered = false
    const reply = redis.command('PING').then((text) => {
      answered = true
      return text
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(answered).toBe(false)
    redis.resume()
    expect(await reply).toBe('PONG')
  })

  it('comes back empty on the same port under another process id', async () => {
    const before = redis.pid
    await redis.command('SET', 'b', '2')
    await redis.kill()
    await expect(redis.command('PING')).rejects.toThrow('ECONNREFUSED')
    await redis.start()
    expect(redis.pid).not.toBe(before)
    expect(await redis.command('EXISTS', 'b')).toBe('0')
  })

  it('refuses to start twice', async () => {
    await expect(redis.start()).rejects.toThrow('runs already')
  })

  it('is gone after stop', async () => {
    const other = await startRedis()
    const { pid } = other
    await other.stop()
    await until('the end of the server', () => Promise.resolve(!alive(pid)))
    await expect(other.command('PING')).rejects.toThrow('ECONNREFUSED')
  })
})

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
