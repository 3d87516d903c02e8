// What is mutated, and the tests that may notice. `near` are fast and see most of it; `wide` is asked about what they let pass.

/**
 * @typedef {object} Area
 * @property {readonly string[]} mutate
 * @property {readonly string[]} near
 * @property {readonly string[]} wide in addition to `near`
 */

// Own processes, servers, browsers or races with a deadline: minutes for each change, and a busy machine would kill what lives.
const SLOW = [
  'test/core/failover-load.test.ts',
  'test/security/{processes,*-races,*-processes}*.test.ts',
  'test/security/parallel-guesses.test.ts',
]

/** @type {Readonly<Record<string, Area>>} */
export const AREAS = {
  law: {
    mutate: ['src/core/law/*.ts'],
    near: ['test/core/law/*.test.ts'],
    wide: ['test/stores/memory.test.ts', 'test/fuzz/store-model.test.ts'],
  },
  core: {
    mutate: ['src/core/*.ts'],
    near: ['test/core/*.test.ts', 'test/create-otp.test.ts'],
    wide: ['test/security/*.test.ts', 'test/express/s*.test.ts', 'test/express/forms.test.ts'],
  },
  guard: {
    mutate: ['src/core/guard/*.ts'],
    near: ['test/core/guard/*.test.ts', 'test/core/*limits*.test.ts'],
    wide: ['test/security/p*.test.ts', 'test/security/human-check.test.ts', 'test/core/*.test.ts'],
  },
  service: {
    mutate: ['src/core/service/*.ts'],
    near: ['test/core/service/*.test.ts'],
    wide: ['test/dialects/native*.test.ts', 'test/express/api-router.test.ts'],
  },
  stores: {
    mutate: ['src/stores/*.ts', '!src/stores/redis*.ts'],
    near: ['test/stores/{memory,session,register,session-faults,session-outage}.test.ts'],
    wide: ['test/stores/session-contract.test.ts', 'test/stores/register-law.test.ts'],
  },
  redis: {
    mutate: ['src/stores/redis*.ts', '!src/stores/redis-lua-*.ts', '!src/stores/redis-scripts*.ts'],
    near: ['test/stores/redis-{client,deadline,scripts,slots}.test.ts'],
    wide: ['test/stores/redis{,-records,-charges,-faults}.test.ts', 'test/stores/register-redis.test.ts'],
  },
  session: {
    mutate: ['src/session/*.ts'],
    near: ['test/session/*.test.ts', 'test/security/{cross-site,device-cookie,session-kind}.test.ts'],
    wide: ['test/express/*.test.ts', 'test/security/*.test.ts'],
  },
  express: {
    mutate: ['src/express/*.ts'],
    near: ['test/express/*.test.ts'],
    wide: ['test/security/*.test.ts', 'test/passport/router-login.test.ts'],
  },
  passport: {
    mutate: ['src/passport/*.ts'],
    near: ['test/passport/*.test.ts'],
    wide: ['test/security/*.test.ts'],
  },
}

/**
 * Patterns of the tests of a round, for vitest.
 * @param {Area} area
 * @param {'near' | 'wide'} round
 */
export function testsOf({ near, wide }, round) {
  return { include: round === 'near' ? near : [...near, ...wide], exclude: SLOW }
}
