// Where the clients call, with which key, and how they read the code that a person would.

export const url = process.env.API_URL ?? 'http://127.0.0.1:3001'
export const { API_KEY_ID: keyId, API_KEY: secret, API_LOGIN: login } = process.env

/** Calls with a JSON body; returns the JSON of the answer. */
export async function call(method, path, headers, body) {
  const response = await fetch(url + path, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return await response.json()
}

/** The newest code for an address. */
export async function codeFor(to) {
  const messages = await (await fetch(`${url}/inbox.json`)).json()
  return messages.find((message) => message.to === to).code
}
