// Counts what the events of one-time codes tell, for the operator's page. In memory and bounded; no code and no whole address ever comes here.
import { randomBytes } from 'node:crypto'
import metadata from 'libphonenumber-js/min/metadata'

const MINUTES = 60
const EVENTS = 50
const MAX_REMEMBERED = 10_000
const MAX_SPENDS = 50
const COUNTED = ['issued', 'sent', 'verified', 'wrong', 'refused', 'paused', 'undelivered', 'outages']
const ELSEWHERE = 'another copy'

const zeros = () => Object.fromEntries(COUNTED.map((name) => [name, 0]))
const minuteOf = (at) => Math.floor(at / 60_000)

/** Listens to `otp` from now on. */
export function createCounts(otp) {
  const since = Date.now()
  const copy = randomBytes(2).toString('hex')
  const totals = zeros()
  const minutes = new Map()
  const rules = new Map()
  const places = new Map()
  const spends = new Map()
  const events = []
  // By the id of a challenge, because later events of it no longer say where it went.
  const challenges = new Map()

  function count(...names) {
    const minute = minuteOf(Date.now())
    for (const old of minutes.keys()) if (old <= minute - MINUTES) minutes.delete(old)
    if (!minutes.has(minute)) minutes.set(minute, zeros())
    for (const name of names) {
      totals[name] += 1
      minutes.get(minute)[name] += 1
    }
  }

  function refuse(rule) {
    count('refused', ...(rule === 'paused' || rule === 'disabled' ? ['paused'] : []))
    rules.set(rule, (rules.get(rule) ?? 0) + 1)
  }

  function note(name, event, ...details) {
    const to = event.to ?? challenges.get(event.id)?.to ?? (event.recipient === undefined ? '' : `#${event.recipient.slice(0, 6)}`)
    events.unshift({ at: Date.now(), name, to, details: details.filter((detail) => detail !== undefined && detail !== '').join(', ') })
    events.length = Math.min(events.length, EVENTS)
  }

  function placeNamed(name) {
    if (!places.has(name)) places.set(name, { issued: 0, verified: 0 })
    return places.get(name)
  }

  function noteSpend({ limit, used, most, unit, windowSeconds, tenant = '' }, callingCode) {
    if (unit !== 'money') return
    const of = limit.includes('country') ? `+${callingCode}` : limit.includes('tenant') ? tenant : ''
    spends.delete(`${limit} ${of}`)
    spends.set(`${limit} ${of}`, { limit, of, used, most, until: Date.now() + windowSeconds * 1000 })
    if (spends.size > MAX_SPENDS) spends.delete(spends.keys().next().value)
  }

  otp.on('issued', (event) => {
    count('issued')
    // A new code for the same challenge is the same attempt to get in.
    if (!event.renewed && challenges.get(event.id)?.isOpen !== true) {
      const place = callingCodeOf(event.to) ?? (event.channel === 'email' ? 'e-mail' : 'other')
      placeNamed(place).issued += 1
      challenges.delete(event.id)
      challenges.set(event.id, { to: event.to, place, isOpen: true })
      if (challenges.size > MAX_REMEMBERED) challenges.delete(challenges.keys().next().value)
    }
    note('issued', event, event.channel, event.intent)
  })
  otp.on('sent', (event) => {
    count('sent')
    note('sent', event, event.channel, event.transport, event.parts > 1 ? `${event.parts} parts` : '')
  })
  otp.on('verified', (event) => {
    if (event.complete) {
      count('verified')
      const challenge = challenges.get(event.id)
      placeNamed(challenge?.place ?? ELSEWHERE).verified += 1
      if (challenge !== undefined) challenge.isOpen = false
    }
    note('verified', event, ...event.channels, event.intent, event.complete ? '' : 'others still to come')
  })
  otp.on('rejected', (event) => {
    if (event.outcome === 'wrong' || event.outcome === 'exhausted') count('wrong')
    else refuse(event.limit ?? event.outcome)
    note('rejected', event, event.outcome, event.limit, event.intent)
  })
  otp.on('send_refused', (event) => {
    refuse(event.limit)
    note('send_refused', event, event.limit, `${event.retryAfterSeconds} s`, event.intent)
  })
  otp.on('delivery_failed', (event) => {
    count('undelivered')
    note('delivery_failed', event, event.failure.transport, event.failure.status, event.failure.errorCode)
  })
  otp.on('decided', (event) => {
    for (const figure of event.figures) noteSpend({ ...figure, tenant: event.tenant }, callingCodeOf(event.to))
    if (event.decision === 'recorded') note('recorded', event, event.rule)
  })
  otp.on('budget', (event) => {
    noteSpend(event, event.callingCode)
    note('budget', event, event.limit, `${event.percent} %`, event.callingCode && `+${event.callingCode}`, event.tenant)
  })
  otp.on('pumping', (event) => note('pumping', event, event.limit, event.callingCode && `+${event.callingCode}`, event.mode))
  otp.on('receipt', (event) => note('receipt', event, event.status, event.transport, event.errorCode))
  otp.on('failures', (event) => note('failures', event, `${event.count} in a row`))
  otp.on('unavailable', (event) => {
    count('outages')
    note('unavailable', event, event.during, event.code)
  })

  /** All there is to see, as plain data. */
  return function snapshot() {
    const now = Date.now()
    const first = minuteOf(now) - MINUTES + 1
    const plot = (name) => Array.from({ length: MINUTES }, (_, index) => minutes.get(first + index)?.[name] ?? 0)
    return {
      copy,
      since,
      counts: COUNTED.map((name) => ({ name, total: totals[name], plot: plot(name) })),
      rules: [...rules].sort(([, a], [, b]) => b - a),
      places: [...places].sort(([, a], [, b]) => b.issued - a.issued).map(([name, place]) => ({ name, ...countriesOf(name), ...place })),
      spends: [...spends.values()].filter(({ until }) => until > now),
      events,
    }
  }
}

/** Of a masked number: three digits of it tell, and no calling code begins with another. */
function callingCodeOf(to) {
  const [, digits = ''] = /^\+(\d{1,3})/.exec(to) ?? []
  return [1, 2, 3].map((length) => digits.slice(0, length)).find((code) => code in metadata.country_calling_codes)
}

/** The country that a calling code is best known for, and how many share it. */
function countriesOf(callingCode) {
  const [country, ...others] = metadata.country_calling_codes[callingCode] ?? []
  return { country, others: others.length }
}
