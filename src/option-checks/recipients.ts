import type { FindRecipient } from '../core/find-recipient.js'
import type { IntentOptions, RecipientRule } from '../core/intents.js'
import { optionError } from '../options.js'
import type { Channel } from '../ports/channel.js'

interface Surroundings {
  readonly channels: readonly Channel[]
  readonly delivery?: 'await' | 'background' | undefined
  readonly findRecipient?: FindRecipient | undefined
  readonly intents?: Readonly<Record<string, IntentOptions>> | undefined
  readonly recipients?: RecipientRule | undefined
}

/** Refuses `known-only` where an answer could tell who is known all the same, and a `findRecipient` that nobody would ask. */
export function checkRecipients(options: Surroundings): void {
  const { channels, findRecipient, intents = {}, recipients } = options
  let isAsked = recipients === 'known-only'
  if (isAsked) checkHidden('createOtp', options, channels)
  for (const [name, intent] of Object.entries(intents)) {
    const owner = `createOtp intent "${name}"`
    const isOwn = intent.stepUp === true || intent.secondFactor === true
    if (isOwn && intent.recipients !== undefined)
      throw optionError(owner, 'option "recipients" does not go with "stepUp" or "secondFactor": the address is the user\'s own')
    if (isOwn || (intent.recipients ?? recipients) !== 'known-only') continue
    isAsked = true
    if (intent.fallback === true) throw optionError(owner, 'option "fallback" does not go with `recipients: "known-only"`')
    const names = intent.channels
    checkHidden(owner, options, names === undefined ? channels : channels.filter((channel) => names.includes(channel.name)))
  }
  if (!isAsked && findRecipient !== undefined)
    throw optionError('createOtp', 'option "findRecipient" goes with `recipients: "known-only"` only')
}

function checkHidden(owner: string, { delivery, findRecipient }: Surroundings, channels: readonly Channel[]): void {
  const known = '`recipients: "known-only"`'
  if (findRecipient === undefined) throw optionError(owner, `${known} needs the option "findRecipient", which says who is known`)
  if (delivery !== 'background')
    throw optionError(owner, `${known} needs \`delivery: "background"\`: who waits for a delivery learns that there is one`)
  const open = channels.find(({ transport }) => transport.delegate !== undefined)
  if (open !== undefined)
    throw optionError(
      owner,
      `${known} does not go with a vendor that keeps the codes of "${open.name}": it is asked about codes of known people only`,
    )
}
