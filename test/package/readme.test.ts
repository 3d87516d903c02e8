import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { browserOf } from '../helpers/door-app.js'
import { usePacked } from '../helpers/packed.js'
import { pages, root } from '../helpers/source-files.js'

// The recipes beside the guide have tests of their own, which run their code.
const blocks = pages()
  .filter(({ path }) => path === 'README.md' || path.startsWith('docs/guide/'))
  .flatMap(({ text }) => [...text.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code))
const [quickStart = ''] = blocks

/** What a reader knows to be there: where each name of an example comes from, unless the example says it itself. */
const KNOWN: Readonly<Record<string, string>> = {
  createOtp: "import { createOtp } from 'express-otp'",
  smsChannel: "import { smsChannel } from 'express-otp/channels/sms'",
  emailChannel: "import { emailChannel } from 'express-otp/channels/email'",
  sessionRouter: "import { sessionRouter } from 'express-otp/express'",
  beginSecondFactor: "import { beginSecondFactor } from 'express-otp/express'",
  requireOtp: "import { requireOtp } from 'express-otp/express'",
  OtpStrategy: "import { OtpStrategy } from 'express-otp/passport'",
  redisStore: "import { redisStore } from 'express-otp/stores/redis'",
  consoleTransport: "import { consoleTransport } from 'express-otp/transports/console'",
  webhookTransport: "import { webhookTransport } from 'express-otp/transports/webhook'",
  nodemailerTransport: "import { nodemailerTransport } from 'express-otp/transports/nodemailer'",
  deliveryError: "import { deliveryError } from 'express-otp/transports'",
  storeContract: "import { storeContract } from 'express-otp/testing'",
  outbox: "import { outbox } from 'express-otp/testing'",
  testClock: "import { testClock } from 'express-otp/testing'",
  passport: "import passport from 'passport'",
  session: "import session from 'express-session'",
  apiRouter: "import { apiRouter } from 'express-otp/express'",
  keys: "declare const keys: import('express-otp/express').ApiKeyOptions[]",
  express: "import express from 'express'",
  app: "declare const app: import('express').Express",
  otp: "declare const otp: import('express-otp').Otp",
  failover: "import { failover } from 'express-otp/transports/failover'",
  byCallingCode: "import { byCallingCode } from 'express-otp/transports/routing'",
  first: "declare const first: import('express-otp').Transport",
  second: "declare const second: import('express-otp').Transport",
  french: "declare const french: import('express-otp').Transport",
  transport: "declare const transport: import('express-otp').Transport",
  client: "declare const client: import('ioredis').Redis",
  myStore: "declare const myStore: (options: { clock: import('express-otp').Clock }) => import('express-otp').Store",
  test: 'declare const test: (title: string, run: () => Promise<void>) => void',
  users:
    'declare const users: { find(id: unknown): Promise<{ id: string, phone: string }>, findByAddress(to: string): Promise<object | false> }',
}

function withKnown(code: string): string {
  const missing = Object.entries(KNOWN).filter(([name]) => {
    const isUsed = new RegExp(`(?<![.\\w'"/-])${name}\\b(?!\\s*:|')`).test(code)
    return isUsed && !new RegExp(`const ${name}\\b|import ({[^}]*\\b)?${name}\\b`).test(code)
  })
  const session = "declare module 'express-session' { interface SessionData { user?: string } }"
  const user = 'declare global { namespace Express { interface User { id: string } interface Request { account?: User } } }'
  return [...missing.map(([, line]) => line), "import type {} from 'express-session'", session, user, code, 'export {}'].join('\n')
}

describe('the README and the guide', () => {
  const packages = ['libphonenumber-js', 'passport-custom', 'express', 'express-session', 'passport', 'ioredis']
  const types = ['express', 'express-session', 'node', 'passport'].map((name) => `@types/${name}`)
  const packed = usePacked()

  it('have code that compiles against the packed package', () => {
    const files = Object.fromEntries(blocks.map((code, index) => [`block-${index}.ts`, withKnown(code)]))
    const compilerOptions = { target: 'es2023', module: 'nodenext', strict: false, noEmit: true, types: ['node'], skipLibCheck: true }
    const project = packed().project([...packages, ...types], {
      'package.json': '{"type":"module"}',
      'tsconfig.json': JSON.stringify({ compilerOptions, files: Object.keys(files) }),
      ...files,
    })
    expect(blocks.length).toBeGreaterThan(8)
    expect(compile(project)).toBe('')
  })

  it('start with lines that log somebody in', async () => {
    const port = await freePort()
    const project = packed().project(packages, { 'package.json': '{"type":"module"}', 'app.js': quickStart.replace('3000', String(port)) })
    const env = { ...process.env, NODE_ENV: 'development', OTP_SECRET: 'o'.repeat(32), SESSION_SECRET: 's'.repeat(32) }
    const app = spawn(process.execPath, ['app.js'], { cwd: project, env, stdio: ['ignore', 'pipe', 'ignore'] })
    onTestFinished(() => {
      app.kill()
    })
    const ann = browserOf(`http://127.0.0.1:${port}`)
    await answers(() => ann.get('/'))
    const code = firstCode(app.stdout)
    expect((await ann.post('/otp/send', { to: 'ann@example.org' })).status).toBe(200)
    expect((await ann.post('/otp/verify', { code: await code })).status).toBe(200)
    expect((await ann.get('/')).text).toBe('Hello ann@example.org')
  })

  it('have lines that send and check a code for another backend', async () => {
    const port = await freePort()
    const lines = blocks.find((code) => code.includes('apiRouter') && code.includes('listen')) ?? ''
    const project = packed().project(packages, { 'package.json': '{"type":"module"}', 'app.js': lines.replace('3000', String(port)) })
    const env = { ...process.env, NODE_ENV: 'development', OTP_SECRET: 'o'.repeat(32), SHOP_API_KEY: 'k'.repeat(32) }
    const app = spawn(process.execPath, ['app.js'], { cwd: project, env, stdio: ['ignore', 'pipe', 'ignore'] })
    onTestFinished(() => {
      app.kill()
    })
    const ask = async (verb: string, body: object): Promise<Readonly<Record<string, unknown>>> => {
      const headers = { Authorization: `Bearer ${'k'.repeat(32)}`, 'Content-Type': 'application/json' }
      const response = await fetch(`http://127.0.0.1:${port}/v1/otp/${verb}`, { method: 'POST', headers, body: JSON.stringify(body) })
      // Ours answers nothing but objects.
      return (await response.json()) as Readonly<Record<string, unknown>>
    }
    await answers(() => ask('status', {}))
    const code = firstCode(app.stdout)
    const { id } = await ask('send', { to: '+12065550100' })
    expect(await ask('verify', { id, code: await code })).toMatchObject({ status: 'verified', to: '+12065550100' })
  })

  it('lead to pages, headings and pictures that are there', () => {
    const dead = pages().flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)]
        .filter(([, to = '', anchor = '']) => !isThere(to === '' ? path : join(dirname(path), to), anchor))
        .map(([link]) => `${path} ${link}`),
    )
    expect(dead).toEqual([])
  })
})

function compile(project: string): string {
  try {
    return execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project], { encoding: 'utf8' })
  } catch (err) {
    return err instanceof Error && 'stdout' in err ? String(err.stdout) : String(err)
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** Asks until somebody listens. */
async function answers(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      await ask()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error('nobody answered')
}

async function firstCode(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const code = /\b\d{6}\b/.exec(line)
    if (code !== null) return code[0]
  }
  throw new Error('no code was printed')
}

function isThere(path: string, anchor: string): boolean {
  if (!existsSync(join(root, path))) return false
  if (anchor === '' || !path.endsWith('.md')) return true
  const headings = readFileSync(join(root, path), 'utf8').matchAll(/^#+ (.*)$/gm)
  return [...headings].some(
    ([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replace(/\s+/g, '-') === anchor,
  )
}
