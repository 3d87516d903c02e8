import { existsSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres, type PostgresServer, startPostgres } from './postgres-server.js'

describe.skipIf(!hasPostgres)('startPostgres', () => {
  let postgres: PostgresServer

  beforeAll(async () => {
    postgres = await startPostgres()
  })

  afterAll(async () => {
    await postgres.stop()
  })

  it('offers an empty database', async () => {
    const client = new pg.Client({ connectionString: postgres.url })
    await client.connect()
    const { rows } = await client.query("select count(*)::int as tables from information_schema.tables where table_schema = 'public'")
    await client.end()
    expect(rows).toEqual([{ tables: 0 }])
  })

  it('leaves neither process nor data behind', async () => {
    const other = await startPostgres()
    const client = new pg.Client({ connectionString: other.url })
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    await client.end()
    await other.stop()
    expect(() => process.kill(other.pid, 0)).toThrow('ESRCH')
    expect(existsSync(rows[0]?.data_directory ?? '/')).toBe(false)
  })
})
