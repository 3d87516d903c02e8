import { byId } from './field.js'
import { channelWords } from './words.js'

const list = byId('messages')
const copyWords = 'Copy code'
let shown = ''

function render(message) {
  const item = byId('message').content.cloneNode(true)
  const channel = channelWords(message.channel)
  const at = new Date(message.at)
  const values = { ...message, channel: channel[0].toUpperCase() + channel.slice(1), at: at.toLocaleTimeString() }
  for (const slot of item.querySelectorAll('[data-slot]')) slot.textContent = values[slot.dataset.slot]
  item.querySelector('time').dateTime = at.toISOString()
  const copy = item.querySelector('button')
  copy.setAttribute('aria-label', `Copy code for ${message.to}`)
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(message.code)
    copy.textContent = 'Copied'
    setTimeout(() => {
      copy.textContent = copyWords
    }, 1500)
  })
  return item
}

async function refresh() {
  const fresh = await fetch('/inbox.json').then(
    (response) => (response.ok ? response.text() : shown),
    () => shown,
  )
  if (fresh !== shown) {
    const messages = JSON.parse(fresh)
    list.replaceChildren(...messages.map(render))
    byId('empty').hidden = messages.length > 0
    shown = fresh
  }
  setTimeout(refresh, document.hidden ? 10_000 : 2_000)
}

await refresh()
