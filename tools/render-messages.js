// Writes docs/messages.html: the built-in wording of every language on every channel, with the segments of each SMS, for a person to look
// through. `--check` writes nothing and fails where the page is not up to date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { callChannel } from 'express-otp/channels/call'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel, smsSegments } from 'express-otp/channels/sms'
import { whatsappChannel } from 'express-otp/channels/whatsapp'

/** @typedef {{ readonly name: string, readonly direction: string }} Language */
/** @typedef {Parameters<import('express-otp').Channel['word']>[0]} Wording */

export const page = 'docs/messages.html'
const file = fileURLToPath(new URL(`../${page}`, import.meta.url))
const locales = new URL('../src/channels/locales/', import.meta.url)

const transport = { name: 'none', deliver: async () => ({}) }
const sms = smsChannel({ transport })
const plainSms = smsChannel({ transport, withoutAccents: true, androidAppHash: 'FA+9qCX9VSu' })
const call = callChannel({ transport })
const whatsapp = whatsappChannel({ transport, template: { name: 'login_code' } })
const email = emailChannel({ transport })

/** Messages that are shown in each language, by what they are for. */
const samples = /** @type {const} */ ([
  ['Log in', { intent: 'login' }],
  ['Payment', { intent: 'transfer', context: { amount: '1250.00 EUR', payee: 'Anna Kowalska' } }],
  ['New password', { intent: 'change_password', ttlSeconds: 60 }],
  ['An intent without a phrase', { intent: 'close_account', ttlSeconds: 45 }],
])

/**
 * The page.
 * @returns {string}
 */
export function renderMessages() {
  const names = readdirSync(locales)
    .map((name) => name.replace('.json', ''))
    .sort()
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Messages of express-otp</title>
<style>${style}</style>
</head>
<body>
<h1>Messages in ${names.length} languages</h1>
<p>The built-in wording, as each channel sends it for the service Acme at <code>login.acme.example</code>. Written by
<code>node tools/render-messages.js</code>; do not edit.</p>
<table>
<tr><th>Language</th>${samples.map(([title]) => `<th>${title}</th>`).join('')}<th>Without accents, for an app</th><th>Voice</th></tr>
${names.map(row).join('\n')}
</table>
${names.map(section).join('\n')}
</body>
</html>
`
}

/**
 * @param {string} locale
 * @returns {string} its line in the table of segments
 */
function row(locale) {
  const texts = samples.map(([, differing]) => sms.word(wording(locale, differing)).text)
  const voice = call.word(wording(locale)).speech?.language
  const cells = [...texts, plainSms.word(wording(locale)).text].map((text) => `<td>${segments(text)}</td>`)
  return `<tr><td><a href="#${locale}">${locale}</a> ${language(locale).name}</td>${cells.join('')}<td>${voice}</td></tr>`
}

/**
 * @param {string} locale
 * @returns {string} what is said in one language
 */
function section(locale) {
  const { direction, name } = language(locale)
  const inLanguage = `lang="${locale}" dir="${direction}"`
  const texts = samples.map(([title, differing]) => {
    const { text } = sms.word(wording(locale, differing))
    return `<h4>${title} <small>${segments(text)}</small></h4>\n<pre ${inLanguage}>${escaped(text)}</pre>`
  })
  const { speech } = call.word(wording(locale, samples[1][1]))
  const spelled = escaped((speech?.spelled ?? []).join(' \u00b7 '))
  const said = [speech?.prompt, speech?.before, '', speech?.after].map((text) => (text === '' ? `<b>${spelled}</b>` : escaped(text ?? '')))
  const chat = whatsapp.word(wording(locale))
  const letter = email.word(wording(locale, samples[1][1]))
  return `<section id="${locale}">
<h2>${name} <small>${locale}</small></h2>
<div class="channels">
<div><h3>sms</h3>
${texts.join('\n')}
</div>
<div><h3>call <small>${speech?.language}, the code ${speech?.times} times</small></h3>
<ol ${inLanguage}>${said.map((text) => `<li>${text}</li>`).join('')}</ol>
<h3>whatsapp <small>where no template is needed</small></h3>
<pre ${inLanguage}>${escaped(chat.text)}</pre>
<h3>email <small>text</small></h3>
<pre ${inLanguage}>${escaped(letter.text)}</pre>
</div>
<div><h3>email <small>HTML</small></h3>
<h4 ${inLanguage}>${escaped(letter.subject ?? '')}</h4>
<iframe title="E-mail, ${locale}" loading="lazy" sandbox srcdoc="${escaped(letter.html ?? '')}"></iframe>
</div>
</div>
</section>`
}

/**
 * @param {string} locale
 * @param {Partial<Wording>} [differing]
 * @returns {Wording}
 */
function wording(locale, differing) {
  return {
    code: '482913',
    intent: 'login',
    reference: 'KX',
    ttlSeconds: 300,
    locale,
    context: undefined,
    service: 'Acme',
    host: 'login.acme.example',
    ...differing,
  }
}

/**
 * @param {string} text
 * @returns {string} what it costs: `2 (UCS-2, 96)`
 */
function segments(text) {
  const { encoding, parts, units } = smsSegments(text)
  return `${parts} (${encoding === 'gsm7' ? 'GSM-7' : 'UCS-2'}, ${units})`
}

/**
 * @param {string} locale
 * @returns {Language}
 */
function language(locale) {
  return JSON.parse(readFileSync(new URL(`${locale}.json`, locales), 'utf8'))
}

/**
 * @param {string} text
 * @returns {string}
 */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const style = `
:root{color-scheme:light dark}
body{margin:2rem auto;max-width:84rem;padding:0 1rem;font:16px/1.5 system-ui,sans-serif}
table{display:block;overflow-x:auto;border-collapse:collapse;font-size:.875rem}
td,th{padding:.2rem .6rem;border-bottom:1px solid #8885;text-align:start}
small{font-weight:normal;opacity:.75}
section{margin:3rem 0;border-top:2px solid #8888}
.channels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));gap:1.5rem}
h3,h4{margin:1rem 0 .3rem}
pre,ol{margin:0;padding:.75rem;border-radius:.5rem;background:#8882;font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}
pre{unicode-bidi:plaintext}
ol{padding-inline-start:2rem}
iframe{width:100%;height:30rem;border:1px solid #8885;border-radius:.5rem}
`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const written = renderMessages()
  if (!process.argv.includes('--check')) writeFileSync(file, written)
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== written) {
    console.error(`${page} is not up to date: run node tools/render-messages.js`)
    process.exitCode = 1
  }
}
