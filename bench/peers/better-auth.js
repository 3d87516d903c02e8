// better-auth's codes by e-mail, as its documentation mounts them in Express. Users lie in SQLite; with Redis, codes and sessions lie there ("secondary storage").
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { emailOTP } from 'better-auth/plugins'
import Database from 'better-sqlite3'
import express from 'express'

export async function makeApp({ deliver, redis }) {
  const options = {
    baseURL: 'http://127.0.0.1',
    trustedOrigins: ['http://127.0.0.1'],
    secret: 'the secret of the bench, which is not one',
    database: new Database(':memory:'),
    telemetry: { enabled: false },
    // Its own limits of three a minute would refuse the load.
    rateLimit: { enabled: false },
    plugins: [emailOTP({ sendVerificationOTP: ({ email, otp }) => deliver(email, otp) })],
    ...(redis === undefined ? {} : { secondaryStorage: secondaryStorage(redis) }),
  }
  await (await getMigrations(options)).runMigrations()
  const app = express().set('trust proxy', 1)
  app.all('/api/auth/{*any}', toNodeHandler(betterAuth(options)))
  return app
}

function secondaryStorage(redis) {
  return {
    get: (key) => redis.get(key),
    getAndDelete: (key) => redis.getDel(key),
    set: (key, value, ttl) =>
      ttl === undefined ? redis.set(key, value) : redis.set(key, value, { expiration: { type: 'EX', value: ttl } }),
    delete: (key) => redis.del(key),
  }
}
