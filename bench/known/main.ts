// `npm run bench:known`: what a stopwatch tells of who has an account. With `known-only`, 1 000 known and 1 000 unknown people ask for a code through the session door over HTTP, in shuffled order and one
// after the other, and each types one wrong code. The lookup and the delivery take as long as they do elsewhere.
import { mkdirSync, writeFileSync } from 'node:fs'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import express from 'express'
import { createOtp } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { sessionRouter } from 'express-otp/express'
import session from 'express-session'
import { type Row, rowOf, table } from './rows.js'

const EACH = 1000
const WARM_UP = 200
const LOOKUP_MS = { known: 3, unknown: 1 }
const DELIVERY_MS = 20

type Who = keyof typeof LOOKUP_MS
type Step = 'send' | 'wrong code'

const transport = {
  name: 'bench',
  async deliver() {
    await wait(DELIVERY_MS)
    return {}
  },
}
const otp = createOtp({
  secret: 'a secret for a bench and nothing else',
  channels: [emailChannel({ transport })],
  recipients: 'known-only',
  delivery: 'background',
  async findRecipient({ to }) {
    const who: Who = to.startsWith('known') ? 'known' : 'unknown'
    await wait(LOOKUP_MS[who])
    return who === 'known'
  },
})
const app = express()
app.use(session({ secret: 'a secret for a bench', resave: false, saveUninitialized: false }))
app.use(sessionRouter(otp, { addressLimits: false }))
const server = app.listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** Milliseconds until the whole answer was there. Any other status than this one is a mistake of the bench. */
async function post(
  path: string,
  body: object,
  status: number,
  cookie?: string,
): Promise<{ readonly ms: number; readonly headers: IncomingHttpHeaders }> {
  const text = JSON.stringify(body)
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Sec-Fetch-Site': 'same-origin',
    ...(cookie === undefined ? {} : { Cookie: cookie }),
  }
  return await new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const { port } = server.address() as AddressInfo
    const asked = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (answer) => {
      if (answer.statusCode !== status) reject(new Error(`${path} answered ${answer.statusCode}`))
      answer.resume()
      answer.once('end', () => resolve({ ms: performance.now() - startedAt, headers: answer.headers }))
    })
    asked.once('error', reject)
    asked.end(text)
  })
}

const times: Record<Step, Record<Who, number[]>> = { send: { known: [], unknown: [] }, 'wrong code': { known: [], unknown: [] } }
const people = Array.from({ length: 2 * (EACH + WARM_UP) }, (_, index): Who => (index % 2 === 0 ? 'known' : 'unknown'))
const warming = people.splice(0, 2 * WARM_UP)
const order = [
  ...warming,
  ...people
    .map((who) => ({ who, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ who }) => who),
]
for (const [index, who] of order.entries()) {
  const sent = await post('/otp/send', { to: `${who}${index}@example.org` }, 200)
  const cookie = sent.headers['set-cookie']?.map((line) => line.split(';')[0]).join('; ')
  const guessed = await post('/otp/verify', { code: '314159' }, 400, cookie)
  if (index < warming.length) continue
  times.send[who].push(sent.ms)
  times['wrong code'][who].push(guessed.ms)
}
agent.destroy()
server.close()
await otp.close()

const rows: readonly Row[] = (['send', 'wrong code'] as const).map((step) => rowOf(step, times[step]))
console.log(table(rows))
mkdirSync('bench/results', { recursive: true })
const setting = { each: EACH, lookupMs: LOOKUP_MS, deliveryMs: DELIVERY_MS, node: process.version }
writeFileSync('bench/results/known.json', `${JSON.stringify({ setting, rows }, null, 2)}\n`)
