// What is mutated, and the tests that may notice: files of src and of test, by their paths.

/**
 * @typedef {object} Area
 * @property {RegExp} mutate
 * @property {RegExp} tests
 * @property {RegExp} [far] slow ones, for what those let pass
 */

// No part take processes, servers and browsers of their own, many rounds, races with a deadline, and tests that load modules anew.
const SLOW =
  /failover-load|processes|-races|parallel-guesses|constant-time|usable-session|api-key\.test|hostile-time|automatic-store|redis\.test/

/** @type {Readonly<Record<string, Area>>} */
export const AREAS = {
  law: { mutate: /^src\/core\/law\//, tests: /^test\/(core\/law\/|stores\/memory\.)/ },
  core: { mutate: /^src\/core\/[^/]+$/, tests: quick(/^test\/(core\/[^/]+$|create-otp|security\/)/) },
  guard: { mutate: /^src\/core\/guard\//, tests: quick(/^test\/(core\/guard\/|core\/[^/]+$|security\/(pumping|human|sending|known))/) },
  service: { mutate: /^src\/core\/service\//, tests: quick(/^test\/(core\/service\/|dialects\/native|express\/api-router)/) },
  stores: { mutate: /^src\/stores\/(?!redis)/, tests: /^test\/stores\/(memory|session|register(?!-redis)|malformed|packed|store-facts)/ },
  redis: {
    mutate: /^src\/stores\/redis(?!-lua|-scripts)/,
    tests: /^test\/stores\/redis(\.|-client\.|-deadline|-scripts|-slots|-records|-charges)/,
    far: /^test\/stores\/(redis(?!-law|-races|-failover|-lost|-slots)|register-redis)/,
  },
  session: {
    mutate: /^src\/session\//,
    tests: quick(/^test\/(session|express|security\/(cross-site|device-cookie|session-kind|login|input))/),
  },
  express: { mutate: /^src\/express\//, tests: quick(/^test\/(express\/|security\/step-up)/) },
  passport: {
    mutate: /^src\/passport\//,
    tests: quick(/^test\/(passport\/|express\/(already|second|log-in)|security\/(second|login|remembered))/),
  },
}

/** @param {RegExp} paths */
function quick({ source }) {
  return new RegExp(`^(?!.*(?:${SLOW.source}))(?:${source})`)
}
