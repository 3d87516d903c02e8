/** One answer, read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; `{}` where it is none. */
  readonly json: Readonly<Record<string, unknown>>
}

/** A program that keeps cookies and follows no redirects. */
export interface HttpClient {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  post(path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** A body that is no JSON, such as that of a form, with its `content-type` among the headers. */
  postText(path: string, body: string, headers: Readonly<Record<string, string>>): Promise<Answer>
  /** The cookie of this name, as it was last set. */
  cookie(name: string): string | undefined
}

/** A client of the app at `url`. Clients that share a jar are one browser before several copies of an app. */
export function httpClient(url: string, jar: Map<string, string> = new Map()): HttpClient {
  async function request(path: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers)
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(url + path, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1)
      const equals = pair.indexOf('=')
      jar.set(pair.slice(0, equals), pair.slice(equals + 1))
    }
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} }
  }

  return {
    get: (path, headers = {}) => request(path, { headers }),
    post: (path, body, headers = {}) =>
      request(path, {
        method: 'POST',
        headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        body: body === undefined ? null : JSON.stringify(body),
      }),
    postText: (path, body, headers) => request(path, { method: 'POST', headers, body }),
    cookie: (name) => jar.get(name),
  }
}
