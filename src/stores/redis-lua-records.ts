import { MARK_LENGTH } from '../core/law/limits.js'
import { DAY_MS, EXPIRED_SHOWN_MS, HOUR_MS } from '../core/law/records.js'

/**
 * Lua, first piece of every script. One clock decides, the server's own (T60); only a test hands another instant in as ARGV[2]. ARGV[1] is
 * the request, a JSON array that each script takes apart by position.
 */
export const TIME: string = `
local now = tonumber(ARGV[2])
-- The clock of a test stands still while keys expire by the server's: there they live a minute longer. What has lapsed weighs nothing anyway.
local SLACK = now and 60000 or 0
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
local HOUR, DAY, EXPIRED_SHOWN, MARK_LENGTH = ${HOUR_MS}, ${DAY_MS}, ${EXPIRED_SHOWN_MS}, ${MARK_LENGTH}

local function filter(list, keeps)
  local kept = {}
  for _, one in ipairs(list) do
    if keeps(one) then kept[#kept + 1] = one end
  end
  return kept
end

local function save(key, record, expiry)
  if expiry > now then
    redis.call('SET', key, cmsgpack.pack(record), 'PX', expiry - now + SLACK)
  else
    redis.call('DEL', key)
  end
end
`

/**
 * Lua: reads, tidies and writes the record of one recipient. At rest it is a MessagePack array in the order of `core/law/pack.ts`, with
 * numbers for channels, and with EARLIER, by how many milliseconds a code ends before its challenge, in place of its expiry: nearly always 0, one
 * byte. CHARGES, only on a cluster, are failures charged here for guesses whose challenge another server is judging.
 */
export const RECIPIENT_RECORD = `
local FAILURES, FORGET_AT, PAUSED_UNTIL, SENDS, CHALLENGES, GRANTS, CHARGES = 1, 2, 3, 4, 5, 6, 7
local AT, BLOCK, CHALLENGE = 1, 2, 3
local TAIL, INTENT, USER, CONTEXT, ALL, MAX_ATTEMPTS, ATTEMPTS, EXPIRES_AT, ANSWERS = 1, 2, 3, 4, 5, 6, 7, 8, 9
local CHANNEL, RECIPIENT, DIGEST, EARLIER, SEALED, PROVED = 1, 2, 3, 4, 5, 6
local GRANT_VERIFIED_AT, GRANT_EXPIRES_AT, GRANT_PROVED = 5, 6, 7
local TOKEN, TIMES, CHARGED_AT, CHARGE_FORGET_AT = 1, 2, 3, 4

local function load_recipient(key)
  local packed = redis.call('GET', key)
  if not packed then return {0, 0, 0, {}, {}, {}} end
  local record = cmsgpack.unpack(packed)
  if now >= record[FORGET_AT] then record[FAILURES], record[FORGET_AT] = 0, 0 end
  if now >= record[PAUSED_UNTIL] then record[PAUSED_UNTIL] = 0 end
  record[SENDS] = filter(record[SENDS], function(mark) return mark[AT] > now - DAY end)
  record[CHALLENGES] = filter(record[CHALLENGES], function(one) return now < one[EXPIRES_AT] + EXPIRED_SHOWN end)
  record[GRANTS] = filter(record[GRANTS], function(grant) return now < grant[GRANT_EXPIRES_AT] end)
  if record[CHARGES] then
    record[CHARGES] = filter(record[CHARGES], function(charge) return now < charge[CHARGE_FORGET_AT] end)
  end
  return record
end

local function save_recipient(key, record)
  local expiry = math.max(record[FORGET_AT], record[PAUSED_UNTIL])
  for _, mark in ipairs(record[SENDS]) do expiry = math.max(expiry, mark[AT] + DAY) end
  for _, one in ipairs(record[CHALLENGES]) do expiry = math.max(expiry, one[EXPIRES_AT] + EXPIRED_SHOWN) end
  for _, grant in ipairs(record[GRANTS]) do expiry = math.max(expiry, grant[GRANT_EXPIRES_AT]) end
  for _, charge in ipairs(record[CHARGES] or {}) do expiry = math.max(expiry, charge[CHARGE_FORGET_AT]) end
  if record[CHARGES] and #record[CHARGES] == 0 then record[CHARGES] = nil end
  save(key, record, expiry)
end

local function with_tail(list, tail)
  for _, one in ipairs(list) do
    if one[TAIL] == tail then return one end
  end
end
`

/** Lua: reads, tidies and writes the record of one IP block. */
export const BLOCK_RECORD = `
local BLOCK_SENDS, BLOCK_FAILURES = 1, 2
local BLOCK_AT, BLOCK_RECIPIENT, BLOCK_CALLING_CODE = 1, 2, 3

local function load_block(key)
  local packed = redis.call('GET', key)
  if not packed then return {{}, {}} end
  local block = cmsgpack.unpack(packed)
  block[BLOCK_SENDS] = filter(block[BLOCK_SENDS], function(mark) return mark[BLOCK_AT] > now - HOUR end)
  block[BLOCK_FAILURES] = filter(block[BLOCK_FAILURES], function(at) return at > now - HOUR end)
  return block
end

local function save_block(key, block)
  local expiry = 0
  for _, mark in ipairs(block[BLOCK_SENDS]) do expiry = math.max(expiry, mark[BLOCK_AT] + HOUR) end
  for _, at in ipairs(block[BLOCK_FAILURES]) do expiry = math.max(expiry, at + HOUR) end
  save(key, block, expiry)
end
`

/** Lua: all records of a decision that lie on this server. The block's key, where there is one, is the last. */
export const RECORDS = `
local function load_records(block_here)
  local recipients = {}
  for i = 1, #KEYS - (block_here and 1 or 0) do recipients[i] = load_recipient(KEYS[i]) end
  return recipients, block_here and load_block(KEYS[#KEYS]) or nil
end

local function save_records(recipients, block)
  for i, record in ipairs(recipients) do save_recipient(KEYS[i], record) end
  if block then save_block(KEYS[#KEYS], block) end
end
`
