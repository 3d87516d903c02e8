import { DAY_MS, EXPIRED_SHOWN_MS, HOUR_MS, MAX_DAY_FAILURES, MAX_GRANTS } from '../core/law/records.js'

/**
 * What the words in capitals stand for in all pieces of Lua: mostly positions in the arrays that records are. `script` puts the numbers in
 * their place, since every local variable of a script costs each of its functions time, at each call.
 */
export const CONSTANTS: Readonly<Record<string, number>> = {
  HOUR: HOUR_MS,
  DAY: DAY_MS,
  EXPIRED_SHOWN: EXPIRED_SHOWN_MS,
  MAX_GRANTS,
  MAX_DAY_FAILURES,
  // By which the clocks of a cluster's servers may differ, a send's way from one to the other included.
  CLOCK_SKEW: 15_000,
  /*
   * After which a charge that nobody settled is nobody's: its process died, or a server was away in between. Far above the longest deadline, so that
   * no guess is still under way, and no longer, so that an outage between two servers pauses a recipient for a minute and disables none.
   */
  CHARGE_LAPSE: 60_000,
  // The longest deadline: what is older is not under way.
  CHARGE_SETTLED: 10_000,
  // A recipient.
  FAILURES: 1,
  FORGET_AT: 2,
  PAUSED_UNTIL: 3,
  SENDS: 4,
  CHALLENGES: 5,
  GRANTS: 6,
  CHARGES: 7,
  DAY_FAILURES: 8,
  KNOWN_FAILURES: 9,
  KNOWN_FORGET_AT: 10,
  KNOWN_PAUSED_UNTIL: 11,
  // A message sent to it.
  AT: 1,
  BLOCK: 2,
  CHALLENGE: 3,
  // True, only where it used the quota of a known device.
  KNOWN: 4,
  // A challenge or a grant.
  TAIL: 1,
  INTENT: 2,
  USER: 3,
  CONTEXT: 4,
  // A challenge.
  ALL: 5,
  MAX_ATTEMPTS: 6,
  ATTEMPTS: 7,
  EXPIRES_AT: 8,
  ANSWERS: 9,
  // Only where its codes have a smaller budget than others.
  FAILURES_PER_DAY: 10,
  // An answer.
  CHANNEL: 1,
  RECIPIENT: 2,
  DIGEST: 3,
  EARLIER: 4,
  SEALED: 5,
  PROVED: 6,
  // Only where a vendor has reported, or false where more follows.
  RECEIPT: 7,
  // Only where the code's age is judged when it is verified.
  ISSUED_AT: 8,
  // A grant.
  GRANT_VERIFIED_AT: 5,
  GRANT_EXPIRES_AT: 6,
  GRANT_PROVED: 7,
  // A charge.
  TOKEN: 1,
  TIMES: 2,
  CHARGED_AT: 3,
  CHARGE_FORGET_AT: 4,
  CHARGE_KNOWN: 5,
  // The label of a delivered message, and its last report, if any.
  LABEL_ID: 1,
  LABEL_CHANNEL: 2,
  LABEL_EXPIRES_AT: 3,
  LABEL_SEALED: 4,
  LABEL_STATUS: 5,
  // An IP block, and a message sent from it.
  BLOCK_SENDS: 1,
  BLOCK_FAILURES: 2,
  BLOCK_AT: 1,
  BLOCK_RECIPIENT: 2,
  BLOCK_CALLING_CODE: 3,
  BLOCK_CHALLENGE: 4,
}

/**
 * Lua, first piece of every script. One clock decides, the server's own (T60); only a test hands another instant in, as ARGV[2].
 * ARGV[1] is the request, a JSON array. ARGV[3] holds the limits, read only when something has to be measured against one.
 */
export const TIME = `
local request = cjson.decode(ARGV[1])
local now = tonumber(ARGV[2])
-- The clock of a test stands still while keys expire by the server's: there they live a minute longer. What has lapsed weighs nothing.
local slack = now and 60000 or 0
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local limits
local function limit(index)
  limits = limits or cjson.decode(ARGV[3])
  return limits[index]
end

local function filter(list, keeps)
  local kept = {}
  for i = 1, #list do
    if keeps(list[i]) then kept[#kept + 1] = list[i] end
  end
  return kept
end

-- The instant of one entry: a field of it, or with no field the entry itself.
local function instant_of(one, field)
  return field and one[field] or one
end

-- Drops entries up to an instant. Nearly always there are none, and the list stays as it is.
local function drop(list, field, instant)
  for i = 1, #list do
    if instant_of(list[i], field) <= instant then
      return filter(list, function(one) return instant_of(one, field) > instant end)
    end
  end
  return list
end

local function latest(list, field, least)
  for i = 1, #list do least = math.max(least, instant_of(list[i], field)) end
  return least
end

local function save(key, record, expiry)
  if expiry > now then
    redis.call('SET', key, cmsgpack.pack(record), 'PX', expiry - now + slack)
  else
    redis.call('DEL', key)
  end
end
`

/**
 * Lua: reads, tidies and writes the record of one recipient. At rest it is a MessagePack array in the order of `core/law/pack.ts`,
 * with numbers for channels, `true` for the mode `all`, and with EARLIER, by how many milliseconds a code ends before its challenge,
 * in place of its expiry: nearly always 0, one byte. CHARGES, only on a cluster, are failures charged here for guesses whose challenge
 * another server is judging. Of the fields from there on, those at the end that hold nothing are not written.
 */
export const RECIPIENT_RECORD = `
local function load_recipient(key)
  local packed = redis.call('GET', key)
  if not packed then return {0, 0, 0, {}, {}, {}, {}, {}, 0, 0, 0} end
  local record = cmsgpack.unpack(packed)
  for i = CHARGES, DAY_FAILURES do record[i] = record[i] or {} end
  for i = KNOWN_FAILURES, KNOWN_PAUSED_UNTIL do record[i] = record[i] or 0 end
  if now >= record[FORGET_AT] then record[FAILURES], record[FORGET_AT] = 0, 0 end
  if now >= record[PAUSED_UNTIL] then record[PAUSED_UNTIL] = 0 end
  record[SENDS] = drop(record[SENDS], AT, now - DAY)
  record[CHALLENGES] = drop(record[CHALLENGES], EXPIRES_AT, now - EXPIRED_SHOWN)
  record[GRANTS] = drop(record[GRANTS], GRANT_EXPIRES_AT, now)
  record[CHARGES] = drop(record[CHARGES], CHARGE_FORGET_AT, now)
  record[DAY_FAILURES] = drop(record[DAY_FAILURES], nil, now - DAY)
  if now >= record[KNOWN_FORGET_AT] then record[KNOWN_FAILURES], record[KNOWN_FORGET_AT] = 0, 0 end
  if now >= record[KNOWN_PAUSED_UNTIL] then record[KNOWN_PAUSED_UNTIL] = 0 end
  return record
end

local function is_nothing(value)
  return value == 0 or (type(value) == 'table' and #value == 0)
end

local function save_recipient(key, record)
  local expiry = math.max(record[FORGET_AT], record[PAUSED_UNTIL], record[KNOWN_FORGET_AT], record[KNOWN_PAUSED_UNTIL])
  expiry = math.max(expiry, latest(record[SENDS], AT, -DAY) + DAY)
  expiry = math.max(expiry, latest(record[CHALLENGES], EXPIRES_AT, -EXPIRED_SHOWN) + EXPIRED_SHOWN)
  expiry = latest(record[GRANTS], GRANT_EXPIRES_AT, expiry)
  expiry = latest(record[CHARGES], CHARGE_FORGET_AT, expiry)
  expiry = math.max(expiry, latest(record[DAY_FAILURES], nil, -DAY) + DAY)
  local last = KNOWN_PAUSED_UNTIL
  while last > GRANTS and is_nothing(record[last]) do last = last - 1 end
  save(key, {unpack(record, 1, last)}, expiry)
end
`

/** Lua: the challenge or the grant that is meant, and another end for a challenge. Needs `$tail`. */
export const BY_TAIL = `
-- Codes keep their own ends.
local function end_at(challenge, expires_at)
  for _, answer in ipairs(challenge[ANSWERS]) do answer[EARLIER] = answer[EARLIER] + expires_at - challenge[EXPIRES_AT] end
  challenge[EXPIRES_AT] = expires_at
end

local function with_tail(list)
  for i = 1, #list do
    if list[i][TAIL] == $tail then return list[i] end
  end
end
`

/** Lua: reads, tidies and writes the record of one IP block. */
export const BLOCK_RECORD = `
local function load_block(key)
  local packed = redis.call('GET', key)
  if not packed then return {{}, {}} end
  local block = cmsgpack.unpack(packed)
  block[BLOCK_SENDS] = drop(block[BLOCK_SENDS], BLOCK_AT, now - HOUR)
  block[BLOCK_FAILURES] = drop(block[BLOCK_FAILURES], nil, now - HOUR)
  return block
end

local function save_block(key, block)
  save(key, block, latest(block[BLOCK_FAILURES], nil, latest(block[BLOCK_SENDS], BLOCK_AT, -HOUR)) + HOUR)
end

local function fail_at_block(block)
  block[BLOCK_FAILURES][#block[BLOCK_FAILURES] + 1] = now
end
`

/** Lua: all records of a decision that lie on this server. The block's key, where there is one, is the last. */
export const RECORDS = `
local function load_recipients(count)
  local recipients = {}
  for i = 1, count do recipients[i] = load_recipient(KEYS[i]) end
  return recipients
end

local function save_recipients(recipients)
  for i = 1, #recipients do save_recipient(KEYS[i], recipients[i]) end
end
`
