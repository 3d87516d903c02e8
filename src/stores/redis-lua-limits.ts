import type { Limits } from '../ports/store.js'

/** The order in which limits travel to a script, and the names that it gives them. */
export const LIMIT_ORDER: readonly (keyof Limits)[] = [
  'cooldownSeconds',
  'recipientSendsPerHour',
  'recipientSendsPerDay',
  'recipientSendsPerHourFromOneBlock',
  'pendingPerRecipient',
  'failuresBeforePause',
  'pauseSeconds',
  'maxPauseSeconds',
  'failuresBeforeDisabled',
  'failureMemorySeconds',
  'blockSendsPerHour',
  'blockRecipientsPerHour',
  'blockCallingCodesPerHour',
  'blockFailuresPerHour',
]

/** Lua: names the figures of `limits`, an array in {@link LIMIT_ORDER}; `core/law/limits.ts` of all records. */
export const LIMITS: string = `
local ${LIMIT_ORDER.map(snakeCase).join(', ')} = unpack(limits)

local function refusal(limit, retry_after)
  if retry_after > 0 then return {'limited', limit, retry_after} end
end

local function wait(at, limit, window)
  local inside = filter(at, function(instant) return instant > now - window end)
  local first = inside[#inside - limit + 1]
  return first and first + window - now or 0
end

-- The first field of a mark is its instant.
local function instants(marks)
  local at = {}
  for i, mark in ipairs(marks) do at[i] = mark[1] end
  return at
end
`

/** Lua: the failures of a recipient, and whether they pause or disable it. Charges that are not settled yet weigh as failures. */
export const FAILURE_COUNT = `
local function record_failure(record, at)
  record[FAILURES] = record[FAILURES] + 1
  record[FORGET_AT] = at + failure_memory_seconds * 1000
  local beyond = record[FAILURES] - failures_before_pause
  if beyond < 0 then return end
  local seconds = math.min(pause_seconds * 2 ^ math.min(beyond, 20), max_pause_seconds)
  record[PAUSED_UNTIL] = at + seconds * 1000
end

local function with_charges(record)
  if not record[CHARGES] then return record end
  local sum = {record[FAILURES], record[FORGET_AT], record[PAUSED_UNTIL]}
  for _, charge in ipairs(record[CHARGES]) do
    for _ = 1, charge[TIMES] do record_failure(sum, charge[CHARGED_AT]) end
  end
  return sum
end

local function pause_refusal(record)
  local sum = with_charges(record)
  if now < sum[FORGET_AT] and sum[FAILURES] >= failures_before_disabled then
    return refusal('disabled', max_pause_seconds * 1000)
  end
  return refusal('paused', sum[PAUSED_UNTIL] - now)
end

local function failures_of(record)
  return now < record[FORGET_AT] and record[FAILURES] or 0
end
`

/** Lua: when the cooldown of a recipient ends. */
export const COOLDOWN = `
local function resend_at(record)
  local hour = filter(record[SENDS], function(mark) return mark[AT] > now - HOUR end)
  local last = hour[#hour]
  if not last then return now end
  return last[AT] + (cooldown_seconds[math.min(#hour, #cooldown_seconds)] or 0) * 1000
end
`

/** Lua: whether a recipient may be sent a code. Needs `origin`, the mark of the IP block that asks. */
export const RECIPIENT_SENDING = `
local function wait_of_block(record)
  if origin == '' then return 0 end
  local from_here = filter(record[SENDS], function(mark) return mark[BLOCK] == origin end)
  return wait(instants(from_here), recipient_sends_per_hour_from_one_block, HOUR)
end

local function send_refusal(record)
  local at = instants(record[SENDS])
  return pause_refusal(record)
    or refusal('cooldown', resend_at(record) - now)
    or refusal('recipient_hour', wait(at, recipient_sends_per_hour, HOUR))
    or refusal('recipient_day', wait(at, recipient_sends_per_day, DAY))
    or refusal('recipient_block', wait_of_block(record))
end
`

/** Lua: the end of a row of failures. */
export const CLEAR_FAILURES = `
local function clear_failures(record)
  record[FAILURES], record[FORGET_AT], record[PAUSED_UNTIL] = 0, 0, 0
end
`

/** Lua: whether an IP block may guess. */
export const BLOCK_GUESSING = `
local function block_guess_refusal(block)
  return refusal('block_failures', wait(block[BLOCK_FAILURES], block_failures_per_hour, HOUR))
end
`

/**
 * Lua: whether an IP block may have a code sent. Needs `recipient_marks`, and `codes`: recipient and calling code of each answer.
 */
export const BLOCK_SENDING = `
local function distinct(list)
  local seen, count = {}, 0
  for _, one in ipairs(list) do
    if not seen[one] then seen[one], count = true, count + 1 end
  end
  return count
end

local function block_send_refusal(block)
  local hour = filter(block[BLOCK_SENDS], function(mark) return mark[BLOCK_AT] > now - HOUR end)
  local reached, calling_codes = {}, {}
  for _, mark in ipairs(hour) do
    reached[#reached + 1] = mark[BLOCK_RECIPIENT]
    if mark[BLOCK_CALLING_CODE] ~= '' then calling_codes[#calling_codes + 1] = mark[BLOCK_CALLING_CODE] end
  end
  for _, mark in ipairs(recipient_marks) do reached[#reached + 1] = mark end
  for _, code in ipairs(codes) do
    if code[2] ~= '' then calling_codes[#calling_codes + 1] = code[2] end
  end
  local until_oldest_leaves = (hour[1] and hour[1][BLOCK_AT] or now) + HOUR - now
  return block_guess_refusal(block)
    or refusal('block_sends', wait(instants(hour), block_sends_per_hour, HOUR))
    or (distinct(reached) > block_recipients_per_hour and refusal('block_recipients', until_oldest_leaves))
    or (distinct(calling_codes) > block_calling_codes_per_hour and refusal('block_calling_codes', until_oldest_leaves))
    or nil
end
`

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
