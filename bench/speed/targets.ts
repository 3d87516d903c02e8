/** The apps that are measured. */
export type AppName = 'bare' | 'reference' | 'hand-written' | 'better-auth' | 'passwordless' | 'behind' | 'ahead'

/** What is asked of a process that runs one. */
export type Question = { readonly ask: 'cpu' } | { readonly ask: 'heap' } | { readonly ask: 'codes'; readonly of: readonly string[] }

/** The routes that are measured, in the order of a login. */
export const ROUTES = ['send', 'wrong', 'right'] as const
export type RouteName = (typeof ROUTES)[number]

/** One measured route: where a request goes, with what, and how it has to be answered. */
export interface RouteShape {
  readonly path: string
  readonly status: number
  body(to: string, code: string): object
}

/** An app on a store. */
export interface Target {
  /** `behind/redis` */
  readonly name: string
  readonly app: AppName
  readonly store: 'memory' | 'redis'
  /** As tables and pictures call it. */
  readonly title: string
  readonly routes: Readonly<Record<RouteName, RouteShape>>
}

const TO = (to: string): object => ({ to })
const CODE = (_to: string, code: string): object => ({ code })
const OTP_ROUTES: Target['routes'] = {
  send: { path: '/otp/send', status: 200, body: TO },
  wrong: { path: '/otp/verify', status: 400, body: CODE },
  right: { path: '/otp/verify', status: 200, body: CODE },
}
const BETTER_AUTH: Target['routes'] = {
  send: { path: '/api/auth/email-otp/send-verification-otp', status: 200, body: (to) => ({ email: to, type: 'sign-in' }) },
  wrong: { path: '/api/auth/sign-in/email-otp', status: 400, body: (to, code) => ({ email: to, otp: code }) },
  right: { path: '/api/auth/sign-in/email-otp', status: 200, body: (to, code) => ({ email: to, otp: code }) },
}
const PASSWORDLESS: Target['routes'] = {
  send: { path: '/otp/send', status: 200, body: (to) => ({ user: to }) },
  wrong: { path: '/otp/verify', status: 400, body: (to, code) => ({ uid: to, token: code }) },
  right: { path: '/otp/verify', status: 200, body: (to, code) => ({ uid: to, token: code }) },
}

/** Where the app does not know codes, the path says how it ends. */
function plain(wrong: number): Target['routes'] {
  return {
    send: { path: '/send', status: 200, body: TO },
    wrong: { path: '/wrong', status: wrong, body: CODE },
    right: { path: '/right', status: 200, body: CODE },
  }
}

function target(title: string, app: AppName, store: Target['store'], routes = OTP_ROUTES): Target {
  return { name: `${app}/${store}`, app, store, title, routes }
}

/** What the others on the same store are compared with. */
export const REFERENCES: Readonly<Record<Target['store'], Target>> = {
  memory: target('express-session, in memory', 'reference', 'memory', plain(400)),
  redis: target('express-session, Redis', 'reference', 'redis', plain(400)),
}

/** Bare Express has no store; it is compared with the reference on Redis. */
export const BARE: Target = target('Express alone', 'bare', 'redis', plain(200))

/** Compared with the reference in pairs. */
export const PAIRED: readonly Target[] = [
  BARE,
  target('by hand in req.session, in memory', 'hand-written', 'memory'),
  target('by hand in req.session, Redis', 'hand-written', 'redis'),
  target('better-auth, SQLite', 'better-auth', 'memory', BETTER_AUTH),
  target('better-auth, Redis', 'better-auth', 'redis', BETTER_AUTH),
  target('express-otp, in memory', 'behind', 'memory'),
  target('express-otp, Redis', 'behind', 'redis'),
  target('express-otp ahead of the session, in memory', 'ahead', 'memory'),
  target('express-otp ahead of the session, Redis', 'ahead', 'redis'),
]

/** So slow that it is measured alone, with fewer connections. */
export const BCRYPT: Target = target('passwordless, in memory', 'passwordless', 'memory', PASSWORDLESS)
