/** How much a finding weighs: an `error` is open to an attack or broken, a `warning` is weak, a `note` is worth knowing. */
export type Severity = 'error' | 'warning' | 'note'

/** What is looked at. */
export interface Rule {
  readonly severity: Severity
  /** Row of `docs/threats.md` that is violated; `''` where none speaks of it. */
  readonly row: string
  /** Requirement of OWASP ASVS 5.0; `''` where none speaks of it. */
  readonly asvs: string
  readonly remedy: string
  /** True where it is a note outside production. */
  readonly production: boolean
}

type Line = readonly [severity: Severity, row: string, asvs: string, remedy: string, when?: 'production']

// What each one asks for, as a sentence, stands in docs/doctor.md.
const TABLE = {
  refused: ['error', '', '', 'change the option that is named'],
  'secret-random': ['error', 'T62', '13.3.1', 'secret: 32 random bytes, as of `openssl rand -base64 32`'],
  'secret-in-source': ['error', 'T62', '13.3.1', 'read secrets from the environment or a vault'],
  'secret-shared': ['error', 'T62', '13.3.2', 'a secret each for codes, sessions and API keys'],
  'secret-age': ['note', 'T62', '13.3.4', 'secret: drop the oldest 30 days after a rotation'],
  'session-secret': ['error', 'T49', '13.3.1', 'session secret: 32 random bytes'],
  'key-secret': ['error', 'T67', '13.3.1', 'apiKeys: 32 random bytes, or their SHA-256 as `hash`'],
  'key-weak-codes': ['warning', 'T68', '6.5.4', 'apiKeys: drop the right `weakCodes`'],
  'key-sandbox': ['warning', 'T66', '15.2.3', 'apiKeys: drop the right `sandbox`', 'production'],
  'key-unsigned': ['warning', 'T69', '13.2.1', 'apiKeys: drop the right `unsigned`'],
  'code-length': ['warning', 'T08', '6.6.3', "preset: 'strict', or codeLength: 8 for these intents"],
  'code-lifetime': ['note', 'T25', '6.5.5', 'ttlSeconds: 300'],
  'code-attempts': ['warning', 'T01', '6.6.3', 'maxAttempts: 5'],
  'failure-limits': ['warning', 'T07', '6.6.3', 'limits: drop these figures'],
  'send-limits': ['warning', 'T27', '2.4.1', 'limits: drop these figures'],
  'open-recipients': ['note', 'T27', '2.4.1', "recipients: 'known-only', or keep limits, guard and spendCap"],
  'second-factor': ['warning', 'T18', '6.3.4', 'loginIntent: an intent with secondFactor: true, and let no other log in'],
  'test-ports': ['error', 'T12', '6.5.3', 'random, clock: drop them, they are for tests', 'production'],
  'print-transport': ['error', 'T66', '15.2.3', 'transport: one that delivers', 'production'],
  sandbox: ['error', 'T66', '15.2.3', 'sandbox: drop it', 'production'],
  dangerous: ['warning', 'T66', '13.4.2', 'drop the option that is named'],
  pstn: ['note', 'T20', '6.6.1', 'offer TOTP or passkeys too, and tell people of the risks'],
  'email-factor': ['note', 'T20', '6.3.6', 'for ASVS level 3 offer passkeys instead'],
  'sms-host': ['note', 'T20', '', 'host: the host of your login page'],
  countries: ['error', 'T29', '2.4.1', 'countries: those that you serve, for each paid channel', 'production'],
  'spend-ceiling': ['error', 'T29', '2.4.1', 'spendCap: { perDay }, or guard: { paidPerHour }', 'production'],
  'spend-cap': ['note', 'T29', '2.4.1', 'prices, and spendCap: { perHour, perDay }'],
  prices: ['note', 'T29', '2.4.1', 'prices: a `default` for each paid channel'],
  'guard-off': ['error', 'T29', '2.4.1', 'guard: drop it, or name its floors'],
  'guard-record': ['warning', 'T29', '2.4.1', "guard: { mode: 'deny' }"],
  'trust-proxy': ['error', 'T53', '15.3.4', "app.set('trust proxy', 1), or the addresses of your proxies"],
  'proxy-unset': ['warning', 'T53', '15.3.4', "app.set('trust proxy', 1), or the addresses of your proxies"],
  'address-limits': ['warning', 'T06', '6.6.3', 'routerOptions: drop addressLimits'],
  'session-missing': ['warning', 'T49', '7.2.1', 'app.use(session(...)) ahead of the router'],
  'session-store': ['error', 'T57', '15.2.2', 'session store: connect-redis, or another', 'production'],
  'session-resave': ['note', 'T23', '15.4.2', 'session resave: false'],
  'cookie-secure': ['error', 'T45', '3.3.1', "session cookie: { secure: true }, or 'auto'", 'production'],
  'cookie-http-only': ['error', 'T45', '3.3.4', 'session cookie: { httpOnly: true }'],
  'cookie-same-site': ['warning', 'T44', '3.3.2', "session cookie: { sameSite: 'lax' }"],
  'memory-store': ['error', 'T02', '15.4.2', 'store: redisStore({ client })', 'production'],
  'single-process': ['warning', 'T54', '15.4.2', 'store: redisStore({ client })', 'production'],
  'redis-reachable': ['error', 'T58', '', 'connect the client, then export the options'],
  'redis-eviction': ['error', 'T56', '6.6.3', 'redis.conf: maxmemory-policy noeviction'],
  'redis-persistence': ['warning', 'T56', '', 'redis.conf: appendonly yes'],
  'redis-version': ['warning', 'T55', '15.2.1', 'run Redis 7.2 or later, or Valkey'],
  'redis-tls': ['warning', 'T65', '12.3.1', 'redis url: rediss://'],
  'node-env': ['note', 'T66', '13.4.2', 'NODE_ENV=production, or --production to judge as with it'],
  'node-version': ['error', '', '15.2.1', 'run Node 20.19 or later'],
  'node-life': ['note', '', '15.2.1', 'run a line of Node with long-term support'],
  'peer-missing': ['warning', '', '', 'install the package that is named'],
  'peer-version': ['error', 'T45', '15.2.1', 'update the package that is named'],
} as const

/** Name of a rule, as it is printed. */
export type RuleName = keyof typeof TABLE

/** Every rule of `express-otp doctor`, by name; `docs/doctor.md` shows them. */
export const RULES: ReadonlyMap<RuleName, Rule> = new Map(
  Object.entries<Line>(TABLE).map(([name, [severity, row, asvs, remedy, when]]) => [
    // Its own keys, which `Object.entries` forgets.
    name as RuleName,
    { severity, row, asvs, remedy, production: when === 'production' },
  ]),
)
