import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REASONS } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox, testClock } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { COUNTERS, HISTOGRAMS } from '../../src/telemetry/instruments.js'
import { outcomeOf } from '../../src/telemetry/outcomes.js'
import { openDoor, wrong } from '../helpers/door-app.js'
import { root } from '../helpers/source-files.js'
import { type Recorded, recorded } from '../helpers/telemetry.js'

const page = readFileSync(join(root, 'docs/telemetry.md'), 'utf8')
const ANN = '+12068800123'

/** Cells of the rows of a section, without code marks. */
function rows(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? ''
  return [...section.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | ').map((cell) => cell.replaceAll('`', '')))
}

/** Everything that can be recorded, in one run. */
async function everything(): Promise<Recorded> {
  const told = recorded()
  const [sms, mail] = [outbox('texts'), outbox('mails')]
  const clock = testClock()
  const store = memoryStore({ clock })
  const { browser, otp } = await openDoor({
    otp: {
      telemetry: told.telemetry,
      store,
      clock,
      channels: [smsChannel({ transport: sms }), emailChannel({ transport: mail })],
      prices: { sms: { default: '0.05' } },
      spendCap: { perCountry: { 1: { perHour: '0.10' } } },
      limits: { failuresBeforePause: 2 },
    },
  })
  otp.expectReceipts('texts')
  const strangers = await openDoor({
    otp: { telemetry: told.telemetry, recipients: 'known-only', delivery: 'background', findRecipient: () => undefined },
  })
  await strangers.browser().post('/otp/send', { to: ANN })
  await strangers.otp.close()
  const ann = browser()
  await ann.post('/otp/send', { to: ANN })
  await otp.receive('texts', { id: 'texts-1', status: 'delivered' })
  await browser().post('/otp/send', { to: ANN })
  await ann.post('/otp/verify', { code: sms.code() })
  const bob = browser()
  mail.refuseNext({ status: 503 })
  await bob.post('/otp/send', { to: 'bob@example.org' })
  clock.advance(60)
  await bob.post('/otp/send', { to: 'bob@example.org' })
  clock.advance(60)
  await bob.post('/otp/resend', {})
  for (let guess = 0; guess < 3; guess++) await bob.post('/otp/verify', { code: wrong(mail.code()) })
  const fail = (): Promise<never> => Promise.reject(new Error())
  store.issue = fail
  store.verify = fail
  await browser().post('/otp/send', { to: '+12068800789' })
  await bob.post('/otp/verify', { code: mail.code() })
  await otp.close()
  return told
}

function namesIn(cell: string | undefined): string[] {
  return cell?.split(', ').sort() ?? []
}

describe('docs/telemetry.md', () => {
  it('names every metric with its unit and its words, as the code has them', () => {
    const written = Object.fromEntries(
      rows('Metrics')
        .slice(1)
        .map(([name, unit, says]) => [name, [unit, says]]),
    )
    const declared = { ...HISTOGRAMS, ...COUNTERS, 'otp.spend': ['{currency}', 'Cost of the same, in the currency of the option prices'] }
    const lower = Object.entries(declared).map(([name, [unit = '', says = '']]) => [
      name,
      [unit, says.charAt(0).toLowerCase() + says.slice(1)],
    ])
    expect(written).toEqual(Object.fromEntries(lower))
  })

  it('names the attributes that each metric and each span has, and no other', async () => {
    const told = await everything()
    const points = await told.points()
    for (const [name = '', unit, , attributes] of rows('Metrics').slice(1)) {
      const of = points.filter((point) => point.name === name)
      const seen = [...new Set(of.flatMap((point) => Object.keys(point.attributes)))].sort()
      expect([name, seen]).toEqual([name, namesIn(attributes)])
      expect([name, ...new Set(of.map((point) => point.unit))]).toEqual([name, unit])
    }
    for (const [name = '', , attributes] of rows('Spans').slice(1)) {
      const of = told.spans().filter((span) => (name.includes('<') ? span.name.startsWith('otp.store.') : span.name === name))
      const seen = new Set(of.flatMap((span) => Object.keys(span.attributes)))
      const most = attributes === 'the same' ? namesIn(rows('Spans')[1]?.[2]) : namesIn(attributes)
      expect([name, of.length > 0, [...seen].filter((one) => !most.includes(one))]).toEqual([name, true, []])
      if (attributes !== 'the same') expect([name, [...seen].sort()]).toEqual([name, most])
    }
    const explained = rows('Attributes').flatMap(([names]) => namesIn(names))
    const used = points.flatMap(({ attributes }) => Object.keys(attributes))
    expect([...new Set(used)].filter((name) => !explained.includes(name))).toEqual([])
  })

  it('names the class of every reason', () => {
    const written = Object.fromEntries(rows('Attributes').map(([reason, outcome]) => [reason, outcome]))
    for (const reason of REASONS) expect([reason, written[reason]]).toEqual([reason, outcomeOf({ ok: false, reason }, 'SENT')])
  })
})
