// API keys: those of OTP_API_KEYS, or one to play with.
import { randomBytes } from 'node:crypto'

/** The keys of a JSON text. They are for `apiRouter` to check; what is said here does not repeat the text, which holds secrets. */
export function readKeys(json, fail) {
  try {
    return JSON.parse(json)
  } catch {
    fail('OTP_API_KEYS: not JSON; it must be an array of {"id","secret","login","tenant","rights"}')
  }
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
