// API keys: those of OTP_API_KEYS, or one to play with.
import { hash, randomBytes } from 'node:crypto'

/** A secret that `apiRouter` refuses as it stands, because it could be guessed: it takes 16 characters or more. */
const SHORT = /^[!-~]{1,15}$/

/**
 * The keys of a JSON text. They are for `apiRouter` to check; what is said here does not repeat the text, which holds secrets. `null` counts as not given. Secrets as short as those of vendors' examples
 * (`k-1234`) are good enough to play with: they go in as a hash, which no signature can be checked with. An application has no reason to do that.
 */
export function readKeys(json, fail) {
  const keys = parsed(json, fail)
  if (!Array.isArray(keys)) return keys
  const short = keys.flatMap((key, index) => (secretsOf(key).some((secret) => SHORT.test(secret)) ? [`keys[${index}]`] : []))
  if (short.length > 0) {
    console.warn(`OTP_API_KEYS: ${short.join(', ')}: a secret of fewer than 16 characters is fit for play only, and cannot sign`)
  }
  return keys.map((key) => (isRecord(key) ? playable(key) : key))
}

function parsed(json, fail) {
  try {
    return JSON.parse(json)
  } catch {
    fail('OTP_API_KEYS: not JSON; it must be an array of {"id","secret","login","tenant","rights"}')
  }
}

function playable(key) {
  const given = Object.fromEntries(Object.entries(key).filter(([, value]) => value !== null))
  const short = secretsOf(given).filter((secret) => SHORT.test(secret))
  if (short.length === 0) return given
  const { hash: hashes = [], secret, ...rest } = given
  const long = [secret].flat().filter((one) => !short.includes(one))
  const hashed = [...[hashes].flat(), ...short.map((one) => hash('sha256', one, 'hex'))]
  return { ...rest, hash: hashed, ...(long.length === 0 ? {} : { secret: long }) }
}

function secretsOf(key) {
  return isRecord(key) ? [key.secret].flat().filter((secret) => typeof secret === 'string') : []
}

function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A key that may do everything, good for as long as this process lives. */
export function playKey() {
  return {
    id: `key_${randomBytes(6).toString('hex')}`,
    secret: `sk_test_${randomBytes(24).toString('hex')}`,
    login: 'play@acme.example',
    tenant: 'play',
    rights: ['send', 'verify', 'customCode', 'weakCodes', 'sandbox', 'unsigned'],
  }
}

/** How to call with this key: one line for each dialect, each to another address, because one address waits between two codes. */
export function curlLines(url, { id, login, secret }) {
  const json = "-H 'Content-Type: application/json'"
  return `
API_KEY_ID=${id} API_KEY=${secret} API_LOGIN=${login}
Codes arrive at ${url}/inbox

curl ${url}/v1/otp/send -H 'Authorization: Bearer ${secret}' ${json} -d '{"to":"+12068800123"}'
curl '${url}/?action=otp.send&accessKeyId=${id}' ${json} -d '{"to":"+12068800124"}'
curl ${url}/octopush/v1/public/service/otp/generate -H 'api-login: ${login}' -H 'api-key: ${secret}' ${json} -d '{"phone_number":"+33611223344"}'
curl ${url}/sendmator/api/v1/otp/send -H 'X-API-Key: ${secret}' ${json} -d '{"channels":["email"],"recipients":{"email":"ada@example.com"}}'
`
}
