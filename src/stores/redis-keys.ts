/** Where the records of one decision lie. */
export interface Placement {
  /** Keys of the one server that decides: so many recipients, the first of which holds the challenge, then the IP block if it lies here. */
  readonly here: readonly string[]
  readonly recipientsHere: number
  /** True where further records lie on other servers. */
  readonly away: boolean
  /** Records of further recipients on other servers, by their place in the challenge's id. */
  readonly recipients: readonly { readonly index: number; readonly key: string }[]
  /** Record of the IP block, where it lies on another server. */
  readonly block: string | undefined
}

/** Finds the records of a decision; `origin` is `''` where no IP block matters. */
export type Places = (recipients: readonly string[], origin: string) => Placement

/** Names the label of a delivered message. */
export function labelKeysOf(prefix: string, layout: { readonly cluster: boolean }): (label: string) => string {
  return layout.cluster ? (label) => `${prefix}:l:{${label}}` : (label) => `{${prefix}}:l:${label}`
}

/** Names a value (`k`) or a total (`t`) of the register. */
export type RegisterKey = (kind: 'k' | 't', key: string) => string

/** As {@link labelKeysOf}; value and total of one key lie on one server. */
export function registerKeysOf(prefix: string, layout: { readonly cluster: boolean }): RegisterKey {
  return layout.cluster ? (kind, key) => `${prefix}:${kind}:{${key}}` : (kind, key) => `{${prefix}}:${kind}:${key}`
}

/**
 * Names records. On one server all share a hash tag, so that one script may change them together; on a cluster each has its own, so
 * that the load spreads over all servers (T55).
 */
export function keysOf(prefix: string, layout: { readonly cluster: boolean }): Places {
  if (!layout.cluster) {
    return (recipients, origin) => {
      const here = recipients.map((key) => `{${prefix}}:r:${key}`)
      if (origin !== '') here.push(`{${prefix}}:b:${origin}`)
      return { here, recipientsHere: recipients.length, away: false, recipients: [], block: undefined }
    }
  }
  return ([holder = '', ...others], origin) => ({
    here: [`${prefix}:r:{${holder}}`],
    recipientsHere: 1,
    away: others.length > 0 || origin !== '',
    recipients: others.map((key, index) => ({ index: index + 1, key: `${prefix}:r:{${key}}` })),
    block: origin === '' ? undefined : `${prefix}:b:{${origin}}`,
  })
}
