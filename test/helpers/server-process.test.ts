import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { freePorts, keeper, spawnServer, until } from './server-process.js'

describe('spawnServer', () => {
  it('knows the end of a program that ends by itself, and what it said', async () => {
    const server = await spawnServer('sh', ['-c', 'echo no luck; exit 3'])
    await until('the end', () => Promise.resolve(!server.running()))
    await until('the words', () => Promise.resolve(server.output() === 'no luck\n'))
    await server.kill()
  })

  it('kills a program that is stopped', async () => {
    const server = await spawnServer('sleep', ['60'])
    server.signal('SIGSTOP')
    await server.kill()
    expect(server.running()).toBe(false)
    expect(() => process.kill(server.pid, 0)).toThrow('ESRCH')
  })

  it('takes the program along when the test process is killed', async () => {
    const source = `
      const { spawn } = require('node:child_process')
      spawn('sh', ['-c', process.argv[1], 'sh', 'sleep', '60'], { stdio: ['pipe', 'inherit', 'inherit'] })`
    const parent = spawn(process.execPath, ['-e', source, keeper], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(parent.stdout, 'data')
    const pid = Number.parseInt(String(line), 10)
    expect(process.kill(pid, 0)).toBe(true)
    parent.kill('SIGKILL')
    await until('the end of the program', () => Promise.resolve(!alive(pid)))
  })
})

describe('until', () => {
  it('gives up when the program has ended', async () => {
    await expect(until('it', () => Promise.resolve(false), { alive: () => false })).rejects.toThrow('it: the program ended')
  })

  it('gives up in time and says why', async () => {
    const failing = until('it', () => Promise.reject(new Error('the cause')), { seconds: 0.05 })
    await expect(failing).rejects.toMatchObject({ message: 'it: not within 0.05 s', cause: { message: 'the cause' } })
  })
})

describe('freePorts', () => {
  it('gives as many different ports as asked for', async () => {
    expect(new Set(await freePorts(5)).size).toBe(5)
  })
})

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
