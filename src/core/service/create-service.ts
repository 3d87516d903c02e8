import type { Recipient } from '../../ports/channel.js'
import { addressBlock } from '../../util/address-block.js'
import { parseChallengeId } from '../challenge-id.js'
import { scopedId } from '../draft.js'
import type { Engine } from '../engine.js'
import { findPending } from '../find-pending.js'
import type { Caller } from '../requests.js'
import { invalid, type Refused, refused, type Sent, type Verified } from '../results.js'
import { chooseRoute } from '../route.js'
import { resend, send } from '../send.js'
import { verify } from '../verify.js'
import type { ApiKey, KeyBook } from './api-key.js'
import { ceiling } from './ceiling.js'
import { notebook } from './notebook.js'
import { idle, lacking, permittedTerms } from './rights.js'
import type { EndUser, Service, ServiceVerify } from './service.js'
import { servicePending } from './status.js'

/** Failed authentications of one address block in an hour (T67). */
const KEY_FAILURES_PER_HOUR = 30
const HOUR_SECONDS = 3600

/**
 * Characters of a keyed hash, of 64 kinds each: so many places, 4096, in which all blocks are counted. Without a key nobody fills a store with them, whatever addresses it has;
 * blocks that share a place share its failures, and a right key is never refused for any.
 */
const FAILURE_PLACE_LENGTH = 2

/** The answer of a service names the challenge; there is no browser to hold a pointer for. */
const noHold = async (): Promise<void> => undefined

/** The use cases for callers with these keys, over the very engine of all other doors (T70). */
export function createService(engine: Engine, keys: KeyBook): Service {
  return {
    keys,
    async refuseKey(ip) {
      const block = addressBlock(ip)
      if (block === '') return { retryAfter: undefined }
      const place = engine.keys.registerKey(['key failures', block]).slice(0, FAILURE_PLACE_LENGTH)
      const counted = await notebook(engine, { tenant: '' }, 'keys').count(['failures', place], KEY_FAILURES_PER_HOUR, HOUR_SECONDS)
      return { retryAfter: counted.ok ? undefined : counted.retryAfter }
    },
    async send(key, { clientIp, deviceToken, terms: asked, ...request }) {
      const wrong = lacking(key, 'send') ?? wrongUser({ clientIp, deviceToken })
      if (wrong !== undefined) return wrong
      const terms = permittedTerms(key, asked)
      if ('ok' in terms) return terms
      if (terms.code !== undefined && request.channels !== undefined) return invalid('code', 'not_with_channels')
      const caller = callerOf(key, { clientIp, deviceToken })
      return await underCeiling(engine, key, caller, () => send(engine, { ...request, ...caller, terms, hold: noHold }))
    },
    async resend(key, { channel, clientIp, deviceToken, id, locale }) {
      const wrong = lacking(key, 'send') ?? wrongUser({ clientIp, deviceToken })
      if (wrong !== undefined) return wrong
      const caller = callerOf(key, { clientIp, deviceToken })
      return await underCeiling(engine, key, caller, () =>
        resend(engine, { ...caller, channel, channels: key.channels, locale, current: id, hold: noHold, isKeyed: true }),
      )
    },
    async verify(key, request) {
      const wrong = lacking(key, 'verify') ?? wrongUser(request)
      if (wrong !== undefined) return wrong
      return await verifyKeyed(engine, key, request)
    },
    status: async (key, id) => idle(key) ?? (await servicePending(engine, callerOf(key, {}), id)),
    async cancel(key, id) {
      const wrong = idle(key)
      if (wrong !== undefined) return wrong
      if ((await findPending(engine, undefined, callerOf(key, {}), id)) === undefined) return false
      await engine.store().cancel({ id: engine.keys.storedId(id) })
      return true
    },
    recipient(key, to) {
      const parsed = parseTo(engine, key, to)
      return parsed === undefined ? undefined : { address: parsed.address, callingCode: parsed.callingCode, country: parsed.country }
    },
    notebook: (key, dialect) => notebook(engine, key, dialect),
    now: () => engine.clock.now(),
    randomHex: () => Buffer.from(engine.random.bytes(16)).toString('hex'),
  }
}

/** Where no end user's address is known, a send takes a place of the key, and gives it back where nothing was tried. */
async function underCeiling(engine: Engine, key: ApiKey, { ip }: Caller, work: () => Promise<Sent | Refused>): Promise<Sent | Refused> {
  const place = ip === undefined ? await ceiling(engine, key, 'sends') : undefined
  if (place !== undefined && 'ok' in place) return place
  const outcome = await work()
  if (!outcome.ok && outcome.reason !== 'delivery_failed') await place?.giveBack()
  return outcome
}

/** A guess for which no end user's address is known is charged to the key before it is compared, and given back unless it was wrong. */
async function verifyKeyed(engine: Engine, key: ApiKey, request: ServiceVerify): Promise<Verified | Refused> {
  const { clientIp, deviceToken, id, to, ...guess } = request
  const named = id ?? idByRecipient(engine, key, to, request.intent ?? 'login')
  if (named === undefined || parseChallengeId(named) === undefined) return refused('no_pending_challenge')
  const caller = callerOf(key, { clientIp, deviceToken })
  const charged = clientIp === undefined ? await ceiling(engine, key, 'failures') : undefined
  if (charged !== undefined && 'ok' in charged) return charged
  const meant = id === undefined ? {} : { to }
  const outcome = await verify(engine, { ...guess, ...meant, ...caller, id: named, terms: { channels: key.channels }, leaveGrant: false })
  const isFailure = !outcome.ok && (outcome.reason === 'invalid_code' || outcome.isCharged === true)
  if (!isFailure) await charged?.giveBack()
  return outcome
}

/** The id of the challenge that was sent with `foundBy: 'recipient'`, if `to` is an address at all. */
function idByRecipient(engine: Engine, key: ApiKey, to: unknown, intent: string): string | undefined {
  const recipient = parseTo(engine, key, to)
  if (recipient === undefined) return undefined
  return scopedId(engine, key.tenant, [engine.keys.recipientKey(key.tenant, recipient.countedAs)], intent)
}

function parseTo(engine: Engine, key: ApiKey, to: unknown): Recipient | undefined {
  const intent = { channels: [...engine.channels.keys()].filter((name) => key.channels.includes(name)) }
  const route = chooseRoute(engine, intent, to, 'auto')
  return 'ok' in route ? undefined : route.recipient
}

function callerOf(key: ApiKey, { clientIp, deviceToken }: EndUser): Caller {
  return { tenant: key.tenant, userId: '', ip: clientIp, device: deviceToken }
}

function wrongUser({ clientIp, deviceToken }: EndUser): Refused | undefined {
  if (clientIp !== undefined && addressBlock(clientIp) === '') return invalid('clientIp', 'invalid_address')
  return deviceToken === undefined || /^[\w.-]{1,200}$/.test(deviceToken) ? undefined : invalid('deviceToken', 'malformed')
}
