import type { RedisConnection } from '../speed/redis-connection.js'

/** Takes so many milliseconds off the life of every key that has an end; answers how many have none. */
const AGE = `
local cursor, endless = '0', 0
repeat
  local page = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do
    local left = redis.call('PTTL', key)
    if left == -1 then endless = endless + 1 end
    if left > 0 then redis.call('PEXPIRE', key, math.max(0, left - tonumber(ARGV[1]))) end
  end
until cursor == '0'
return endless
`

/** Lets the keys of a server grow older than its own clock makes them, as the clock of the app does. Answers how many keys would stay for ever. */
export async function age(client: RedisConnection, seconds: number): Promise<number> {
  return Number(await client.eval(AGE, { arguments: [String(Math.round(seconds * 1000))] }))
}
