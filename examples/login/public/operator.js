import { byId } from './field.js'

const NAMES = {
  issued: 'Codes issued',
  sent: 'Messages sent',
  verified: 'Verified',
  wrong: 'Wrong codes',
  refused: 'Refused',
  paused: 'Paused',
  undelivered: 'Not delivered',
  outages: 'Store away',
}

const RULES = {
  cooldown: 'Too soon after the last send',
  recipient_hour: 'Recipient, sends in an hour',
  recipient_day: 'Recipient, sends in a day',
  recipient_day_in_all: 'Recipient, all sends in a day',
  recipient_block: 'Recipient, from one network',
  pending: 'Recipient, codes pending',
  paused: 'Recipient paused',
  disabled: 'Recipient disabled',
  recipient_failures_day: 'Recipient, wrong codes in a day',
  block_sends: 'Network, sends',
  block_recipients: 'Network, recipients',
  block_calling_codes: 'Network, countries',
  block_failures: 'Network, wrong codes',
  pumping_country: 'Country, codes nobody uses',
  pumping_block: 'Network, codes nobody uses',
  paid_hour: 'Paid messages in an hour',
  spend_hour: 'Spent in an hour',
  spend_day: 'Spent in a day',
  spend_country_hour: 'Spent on a country in an hour',
  spend_country_day: 'Spent on a country in a day',
  spend_tenant_hour: 'Spent by a tenant in an hour',
  spend_tenant_day: 'Spent by a tenant in a day',
  expired: 'Code expired',
  gone: 'No code pending',
}

const countries = new Intl.DisplayNames('en', { type: 'region' })
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 })
const svg = (name, attributes) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}

function fill(template, values) {
  const item = byId(template).content.cloneNode(true)
  for (const slot of item.querySelectorAll('[data-slot]')) slot.textContent = values[slot.dataset.slot]
  return item
}

function tile({ name, total, plot }) {
  const inHour = `${plot.reduce((sum, count) => sum + count, 0)} in the last hour`
  const item = fill('tile', { name: NAMES[name], total: total.toLocaleString('en'), inHour })
  item.firstElementChild.dataset.count = name
  const picture = item.querySelector('svg')
  const most = Math.max(4, ...plot)
  plot.forEach((count, minute) => {
    const height = (count / most) * 20
    if (count > 0) picture.append(svg('rect', { x: minute, width: 0.8, y: 20 - height, height }))
  })
  return item
}

function bar(name, value, share) {
  const item = fill('bar', { name, value })
  item.querySelector('.part').setAttribute('width', `${Math.min(100, share * 100)}%`)
  return item
}

function ruleBar([rule, count], _index, rules) {
  return bar(RULES[rule] ?? rule, String(count), count / Math.max(...rules.map(([, most]) => most)))
}

function placeBar({ name, country, others, issued, verified }) {
  if (name === 'another copy') return bar('Sent by another copy', `${verified} verified`, 0)
  const words = country === undefined ? '' : /^\d/.test(country) ? ' worldwide' : ` ${countries.of(country)}`
  const label = country === undefined ? name : `+${name}${words}${others > 0 ? ' and others' : ''}`
  const share = issued === 0 ? 0 : verified / issued
  return bar(label, `${verified} of ${issued}, ${percent.format(share)}`, share)
}

function spendBar({ limit, of, used, most }) {
  return bar(`${RULES[limit]}${of === '' ? '' : `: ${of}`}`, `${money(used)} of ${money(most)}`, Number(used) / Number(most))
}

/** "1.250000" becomes "1.25". */
const money = (amount) => amount.replace(/(\.\d\d\d*?)0+$/, '$1')

function eventLine(event) {
  const at = new Date(event.at)
  const item = fill('event', { ...event, name: event.name.replaceAll('_', ' '), at: at.toLocaleTimeString('en', { hour12: false }) })
  item.querySelector('time').dateTime = at.toISOString()
  return item
}

function show(picture) {
  byId('copy').textContent = picture.copy
  const since = new Date(picture.since)
  byId('since').textContent = since.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short', hour12: false })
  byId('since').dateTime = since.toISOString()
  byId('counts').replaceChildren(...picture.counts.map(tile))
  byId('rules').replaceChildren(...picture.rules.map(ruleBar))
  byId('places').replaceChildren(...picture.places.map(placeBar))
  byId('spends').replaceChildren(...picture.spends.map(spendBar))
  byId('events').replaceChildren(...picture.events.map(eventLine))
}

function live(words, isLive) {
  const status = byId('live')
  if (status.textContent !== words) status.textContent = words
  status.classList.toggle('on', isLive)
}

function connect() {
  const source = new EventSource('/operator/events')
  source.addEventListener('open', () => live('Live', true))
  source.addEventListener('message', ({ data }) => show(JSON.parse(data)))
  source.addEventListener('error', () => {
    live('No connection, trying again', false)
    // A browser tries again by itself, but not after a refusal.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 5000)
  })
}

connect()
