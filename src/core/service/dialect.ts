import type { Service } from './service.js'

/** A request as it came, without a framework. */
export interface ApiRequest {
  /** Upper case. */
  readonly method: string
  /** Below the mount, beginning with `/`; not decoded, no query. */
  readonly path: string
  /** What stands behind the `?`, as it came; `''` for nothing. */
  readonly query: string
  /** With lower-case names, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** At most 4 KiB. */
  readonly body: Uint8Array
  /** Address of the calling backend, as the host knows it. */
  readonly ip: string | undefined
}

/** What the caller hears. */
export interface ApiAnswer {
  readonly status: number
  /** Beside those that every answer has. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Written as JSON. */
  readonly body: object
  /** @default 'application/json' */
  readonly contentType?: string | undefined
}

/** What is refused, or went wrong, before or beside the use cases. */
export type Trouble =
  /** Not a route of this dialect. */
  | 'not_found'
  /** A route, but another method; `allow` names it. */
  | 'method_not_allowed'
  /** The request carries the marks of a browser (T67). */
  | 'cross_site'
  /** More than 4 KiB (T42). */
  | 'body_too_large'
  /** Not JSON. */
  | 'unsupported_media_type'
  /** The store is away; try again in some seconds. */
  | 'temporarily_unavailable'
  /** A fault of ours. */
  | 'internal'

/**
 * A wire format of the service door: its routes, methods, credentials and words, and nothing else. It turns requests into calls of the one `Service` and outcomes into its vendor's
 * answers; it counts, compares and stores nothing itself (T70). Never throws for what a request holds; throws on what a `Service` throws.
 */
export interface Dialect {
  /** E.g. `unimatrix`. */
  readonly name: string
  /** True for what belongs to it. Mounted at the host's root everything else is passed on; below a prefix it is answered with `not_found`. */
  owns(request: Pick<ApiRequest, 'method' | 'path' | 'query'>): boolean
  handle(request: ApiRequest, service: Service): Promise<ApiAnswer>
  /** The vendor's words for trouble. Every answer is in the envelope that the vendor's clients parse. */
  trouble(trouble: Trouble, details?: { readonly allow?: string; readonly retryAfter?: number }): ApiAnswer
}
