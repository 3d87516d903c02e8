import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { usePacked } from '../helpers/packed.js'
import { type ServerProcess, spawnServer, until } from '../helpers/server-process.js'
import { type HttpClient, httpClient } from './http-client.js'

const read = (name: string): string => readFileSync(fileURLToPath(new URL(`../../examples/express4-cjs/${name}`, import.meta.url)), 'utf8')

describe('the example with Express 4 and CommonJS', () => {
  const packed = usePacked()
  let server: ServerProcess
  let browser: HttpClient
  let url = ''

  beforeAll(async () => {
    const project = packed().project(['express4 as express', 'express-session', 'passport-custom'], {
      'package.json': read('package.json'),
      'server.js': read('server.js'),
    })
    server = await spawnServer('env', ['PORT=0', process.execPath, `${project}/server.js`])
    const address = (): string | undefined => /http:\/\/127\.0\.0\.1:\d+/.exec(server.output())?.[0]
    await until('the example', async () => address() !== undefined, { alive: server.running, seconds: 30 })
    url = address() ?? ''
    browser = httpClient(url)
  })

  afterAll(async () => {
    await server.kill()
  })

  async function submit(path: string, fields: Readonly<Record<string, string>> = {}): Promise<string> {
    const sent = { Origin: url, Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' }
    const { headers, status } = await browser.postText(path, new URLSearchParams(fields).toString(), sent)
    expect(status).toBe(303)
    return (await browser.get(headers.get('location') ?? '')).text
  }

  it('logs in and out by forms alone, says what was wrong, and keeps what was typed', async () => {
    expect((await browser.get('/')).headers.get('location')).toBe('/login')
    const refused = await submit('/otp/send', { to: 'ann@nowhere' })
    expect(refused).toContain('role="alert"')
    expect(refused).toContain('value="ann@nowhere"')
    const asked = await submit('/otp/send', { to: 'ann@example.org' })
    expect(asked).toMatch(/marked [A-Z]{2}, sent to a/)
    const code = /\b(\d{6})\b/.exec(server.output().split('ann@example.org').at(-1) ?? '')?.[1] ?? ''
    const wrong = await submit('/otp/verify', { code: code === '000000' ? '000001' : '000000' })
    expect(wrong).toContain('role="alert"')
    expect(await submit('/otp/verify', { code })).toContain('You are logged in as ann@example.org.')
    await submit('/logout')
    expect((await browser.get('/')).headers.get('location')).toBe('/login')
  })
})
