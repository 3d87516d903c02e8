import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import connectPgSimple from 'connect-pg-simple'
import { RedisStore } from 'connect-redis'
import { type SessionStoreLike, sessionStore } from 'express-otp/stores/session'
import { type StoreContractOptions, storeContract } from 'express-otp/testing'
import session from 'express-session'
import pg from 'pg'
import connectFile from 'session-file-store'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { hasPostgres } from '../helpers/postgres-server.js'
import { useRedisClient } from '../helpers/redis-client.js'
import { hasRedis } from '../helpers/redis-server.js'
import { sharedPostgres } from '../helpers/shared-servers.js'

/** The contract over two `sessionStore`s on one session store. */
function over(find: () => SessionStoreLike): StoreContractOptions {
  return {
    create: async (clock) => {
      const store = find()
      const [first, second] = [sessionStore({ store, clock, singleProcess: true }), sessionStore({ store, clock, singleProcess: true })]
      return { store: first, another: second, stop: () => first.close() }
    },
  }
}

describe('sessionStore keeps the contract over the MemoryStore of express-session', () => {
  const store = new session.MemoryStore()
  storeContract(
    it,
    over(() => store),
  )
})

describe('sessionStore keeps the contract over session-file-store', () => {
  let dir = ''
  let store: SessionStoreLike

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'otp-sessions-'))
    const FileStore = connectFile(session)
    // Without retries, or each look for a record that is not there takes a quarter of a second.
    store = new FileStore({ path: dir, retries: 0, reapInterval: -1, logFn: () => undefined })
  })

  afterAll(() => rm(dir, { recursive: true, force: true }))

  storeContract(
    it,
    over(() => store),
  )
})

describe.skipIf(!hasPostgres)('sessionStore keeps the contract over connect-pg-simple', () => {
  let pool: pg.Pool
  let store: InstanceType<ReturnType<typeof connectPgSimple>>

  beforeAll(async () => {
    pool = new pg.Pool({ connectionString: await sharedPostgres() })
    const PgStore = connectPgSimple(session)
    store = new PgStore({ pool, tableName: 'contract', createTableIfMissing: true, pruneSessionInterval: false })
  })

  afterAll(() => pool.end())

  storeContract(
    it,
    over(() => store),
  )
})

describe.skipIf(!hasRedis)('sessionStore keeps the contract over connect-redis', () => {
  const client = useRedisClient()
  let store: RedisStore

  beforeAll(async () => {
    store = new RedisStore({ client: client(), prefix: 'session-contract:' })
  })

  storeContract(
    it,
    over(() => store),
  )
})
