import { Agent, request as httpRequest } from 'node:http'
import { PROBLEMS } from 'express-otp/express'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDoor, PLACES } from '../helpers/door-app.js'
import { ANN } from './scenes.js'

/** Stands in every value that must not come back. */
const MARK = 'Zq9xMark'

const UGLY = [
  '',
  '\u0000',
  '\ud800',
  '\u202e',
  '\r\nX-Evil: 1',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '%00%0a',
  '{{7*7}}',
  "' OR 1=1 --",
  '__proto__',
  'constructor',
  'toString',
  '1e309',
  '+',
  '+0',
  '@',
  'a@b',
  '"a b"@c.d',
  '9'.repeat(400),
  '('.repeat(1000),
  'a.'.repeat(1000),
  '-'.repeat(2000),
  '\u0660\u0661\u0662\u0663\u0664\u0665',
  '+12068800123;ext=1',
  '+12068800123',
  'ann@example.org',
  '123456',
]

const text = fc.oneof(
  fc.constantFrom(...UGLY).map((ugly) => (/^(\+12068800123|ann@example\.org|123456)$/.test(ugly) ? ugly : `${MARK}${ugly}`)),
  fc.string({ unit: 'binary', maxLength: 300 }).map((some) => MARK + some),
)
const value = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
  fc.constantFrom(null, true, 0, -1, 1e308, [], {}),
)
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('to', 'channel', 'intent', 'locale', 'context', 'code', 'codes', 'channels', 'recipients') },
  fc.constantFrom('__proto__', 'constructor', 'toString', 'length'),
  fc.string({ unit: 'binary', maxLength: 60 }).map((some) => `${MARK} ${some}`),
)
const fields = fc
  .array(fc.tuple(name, value), { maxLength: 6 })
  .map((pairs) => `{${pairs.map((pair) => pair.map((one) => JSON.stringify(one)).join(':')).join(',')}}`)
const body = fc.oneof(
  { weight: 8, arbitrary: fields },
  fc.json({ stringUnit: 'binary' }).filter((json) => json.length < 4000),
  fc.string({ unit: 'binary', maxLength: 300 }).map((some) => MARK + some),
)
const request = fc.record({
  path: fc.constantFrom('/otp/send', '/otp/verify', '/otp/send', '/otp/verify', '/otp/resend', '/otp/cancel'),
  body,
})

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

/** Thousands of requests: over kept connections, without the comforts of `fetch`. */
function poster(origin: string): (path: string, body: string, headers?: Readonly<Record<string, string>>) => Promise<Answer> {
  const agent = new Agent({ keepAlive: true, maxSockets: 25 })
  return (path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const all = { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json', ...headers }
      const req = httpRequest(origin + path, { method: 'POST', agent, headers: all }, (res) => {
        const chunks: Buffer[] = []
        res.on('data', (chunk: Buffer) => chunks.push(chunk))
        res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text: Buffer.concat(chunks).toString() }))
      })
      req.on('error', reject)
      req.end(body)
    })
}

function check({ headers, status, text: answered }: Answer): void {
  const isOurs = status < 500 && headers['cache-control'] === 'no-store' && !answered.includes(MARK)
  if (!isOurs || /\n\s+at |Error:|node_modules|\.ts:/.test(answered)) expect.fail(`${status} ${answered}`)
  if (status === 200) return
  const { reason, ...problem } = JSON.parse(answered)
  if (!Object.hasOwn(PROBLEMS, reason) || problem.status !== status) expect.fail(`${status} ${answered}`)
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8')
}

describe.each(PLACES)('hostile input %s', (place) => {
  it('T42 T43 none of 5000 requests breaks anything, and every answer is one of ours', async () => {
    const { browser, errors, origin } = await openDoor({
      place,
      router: { addressLimits: false },
      otp: { intents: { login: {}, pay: { context: ['amount'] } } },
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const cookie = [...ann.cookies].map(([key, kept]) => `${key}=${kept}`).join('; ')
    const post = poster(origin)
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 50, maxLength: 50 }), async (requests) => {
        const answers = await Promise.all(requests.map((one) => post(one.path, one.body, { Cookie: cookie })))
        answers.forEach(check)
      }),
      { numRuns: 100, endOnFailure: true },
    )
    expect(errors).toEqual([])
  }, 120_000)

  it('T41 T49 hostile headers and cookies break nothing either', async () => {
    const { errors, origin } = await openDoor({ place })
    const post = poster(origin)
    const header = fc.stringMatching(/^[ -~\u0080-\u00ff]{0,200}$/).map((some) => some.trim())
    const headers = fc.record(
      {
        Cookie: fc.oneof(
          header,
          header.map((some) => `otp.login=${some}; connect.sid=${some}`),
          header.map((some) => `connect.sid=s%3A${some}; otp.login=..${some}`),
        ),
        'Accept-Language': header,
        Accept: header,
        Origin: header,
        'X-Forwarded-For': header,
        'Content-Type': fc.oneof(header, fc.constant('application/json')),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(headers, { minLength: 25, maxLength: 25 }), async (many) => {
        const answers = await Promise.all(many.map((one) => post('/otp/verify', '{"code":"123456"}', one as Record<string, string>)))
        answers.forEach(check)
      }),
      { numRuns: 20, endOnFailure: true },
    )
    expect(errors).toEqual([])
  })
})
