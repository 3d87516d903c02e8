import { type Script, script } from './redis-script.js'

/*
 * An entry is `{content, instant}`: a value and when it ends, or a total and when it begins anew, 0 for never.
 */

/** Lua: what stands under the key, and until when. */
const STANDING = `
local function standing()
  local packed = redis.call('GET', KEYS[1])
  if not packed then return nil end
  local content, ends_at = unpack(cmsgpack.unpack(packed))
  if ends_at == 0 or now < ends_at then return content, ends_at end
end
`

/** Keeps a value under a free key. KEYS: the value. Replies `['claimed']` or `['held', value]`. */
export const CLAIM: Script = script(
  ['value', 'ttl'],
  STANDING,
  `
local held = standing()
if held then return cjson.encode({'held', held}) end
save(KEYS[1], {$value, now + $ttl}, now + $ttl)
return cjson.encode({'claimed'})
`,
)

/** Keeps a value, whatever stood there. KEYS: the value. Replies `[]`. */
export const KEEP: Script = script(
  ['value', 'ttl'],
  `
save(KEYS[1], {$value, now + $ttl}, now + $ttl)
return '[]'
`,
)

/** Reads. KEYS: the value. Replies `[value]` or `[]`. */
export const LOOK: Script = script([], STANDING, 'return cjson.encode({(standing())})\n')

/** Forgets. KEYS: the value and the total. Replies `[]`. */
export const DROP: Script = script(
  [],
  `
redis.call('DEL', KEYS[1], KEYS[2])
return '[]'
`,
)

/**
 * Adds to a total: `charge` of `lawful-register.ts`. Numbers of Lua are doubles, exact to 2^53: amounts, limits and totals lie within, and a sum of
 * two that does not is on the right side of every limit all the same. Totals are written out in full, because `cjson` keeps 14 digits.
 * `window` is false for none. KEYS: the total. Replies `['charged', total, now, ends at]` or `['refused', total, milliseconds]`.
 */
export const CHARGE: Script = script(
  ['amount', 'limit', 'window'],
  STANDING,
  `
local total, ends_at = standing()
local stands = total ~= nil
if not stands then total, ends_at = 0, $window and now + $window or 0 end
local after = total + $amount
if $amount >= 0 and after > $limit then
  local wait = ends_at ~= 0 and $amount <= $limit and ends_at - now or 0
  return cjson.encode({'refused', string.format('%.0f', total), wait})
end
after = math.max(after, ends_at == 0 and -9007199254740991 or 0)
if after == 0 and (not stands or ends_at == 0) then
  ends_at = 0
  redis.call('DEL', KEYS[1])
elseif ends_at == 0 then
  -- The one record without an end: a balance is good until it is spent.
  redis.call('SET', KEYS[1], cmsgpack.pack({after, 0}))
else
  save(KEYS[1], {after, ends_at}, ends_at)
end
return cjson.encode({'charged', string.format('%.0f', after), now, ends_at})
`,
)
