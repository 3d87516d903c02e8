import type { Limits } from '../ports/store.js'

/** The order in which limits travel to a script; there each is `$` and its name. */
export const LIMIT_ORDER: readonly (keyof Limits)[] = [
  'cooldownSeconds',
  'recipientSendsPerHour',
  'recipientSendsPerDay',
  'recipientSendsPerDayInAll',
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

/** Lua: `core/law/limits.ts`, what all records need of it. */
export const LIMITS = `
local function refusal(name, retry_after)
  if retry_after > 0 then return {'limited', name, retry_after} end
end

-- Milliseconds until fewer than so many entries lie within the window; with counts only those for which it is true.
local function wait(list, field, most, window, counts)
  for i = #list, 1, -1 do
    local at = instant_of(list[i], field)
    if at > now - window and (not counts or counts(list[i])) then
      most = most - 1
      if most == 0 then return at + window - now end
    end
  end
  return 0
end
`

/** Lua: the failures of a recipient, and whether they pause or disable it. Charges that are not settled yet weigh as failures. */
export const FAILURE_COUNT = `
local function record_failure(record, at)
  record[FAILURES] = record[FAILURES] + 1
  record[FORGET_AT] = at + $failureMemorySeconds * 1000
  local beyond = record[FAILURES] - $failuresBeforePause
  if beyond < 0 then return end
  local seconds = math.min($pauseSeconds * 2 ^ math.min(beyond, 20), $maxPauseSeconds)
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
  if now < sum[FORGET_AT] and sum[FAILURES] >= $failuresBeforeDisabled then
    return refusal('disabled', $maxPauseSeconds * 1000)
  end
  return refusal('paused', sum[PAUSED_UNTIL] - now)
end

local function failures_of(record)
  return now < record[FORGET_AT] and record[FAILURES] or 0
end
`

/** Lua: when the cooldown of a recipient ends, or with `challenge` what that one's own sends tell of it. */
export const COOLDOWN = `
local function resend_at(record, challenge)
  local sends, last = 0, nil
  for i = 1, #record[SENDS] do
    local mark = record[SENDS][i]
    local counts = mark[CHALLENGE] ~= ''
    if challenge then counts = mark[CHALLENGE] == challenge end
    if counts and mark[AT] > now - HOUR then sends, last = sends + 1, mark[AT] end
  end
  if not last then return now end
  return last + ($cooldownSeconds[math.min(sends, #$cooldownSeconds)] or 0) * 1000
end
`

/** Lua: whether a recipient may be sent a code. Needs `$origin`, the mark of the IP block that asks. */
export const RECIPIENT_SENDING = `
local function is_unused(mark) return mark[CHALLENGE] ~= '' end

local function is_unused_from_here(mark) return is_unused(mark) and mark[BLOCK] == $origin end

local function send_refusal(record)
  local paused = pause_refusal(record)
  local sends = record[SENDS]
  if paused or #sends == 0 then return paused end
  return refusal('cooldown', resend_at(record) - now)
    or refusal('recipient_hour', wait(sends, AT, $recipientSendsPerHour, HOUR, is_unused))
    or refusal('recipient_day', wait(sends, AT, $recipientSendsPerDay, DAY, is_unused))
    or refusal('recipient_day_in_all', wait(sends, AT, $recipientSendsPerDayInAll, DAY))
    or ($origin ~= '' and refusal('recipient_block', wait(sends, AT, $recipientSendsPerHourFromOneBlock, HOUR, is_unused_from_here)))
    or nil
end
`

/** Lua: the end of a row of failures, and of the charges up to an instant that nobody settled. */
export const CLEAR_FAILURES = `
local function clear_failures(record, charged_until)
  record[FAILURES], record[FORGET_AT], record[PAUSED_UNTIL] = 0, 0, 0
  if record[CHARGES] then record[CHARGES] = drop(record[CHARGES], CHARGED_AT, charged_until) end
end
`

/** Lua: whether an IP block may guess. */
export const BLOCK_GUESSING = `
local function block_guess_refusal(block)
  local failures = block[BLOCK_FAILURES]
  if #failures > 0 then return refusal('block_failures', wait(failures, nil, $blockFailuresPerHour, HOUR)) end
end
`

/**
 * Lua: whether an IP block may have a code sent. Needs `$recipientMarks`, and `$codes`: recipient and calling code of each answer.
 */
export const BLOCK_SENDING = `
local function add(set, value)
  if value == '' or set[value] then return 0 end
  set[value] = true
  return 1
end

local function block_send_refusal(block)
  local sends, first = block[BLOCK_SENDS], nil
  local reached, recipients, codes, calling_codes = {}, 0, {}, 0
  for i = 1, #sends do
    local mark = sends[i]
    if mark[BLOCK_AT] > now - HOUR then
      first = first or mark[BLOCK_AT]
      recipients = recipients + add(reached, mark[BLOCK_RECIPIENT])
      calling_codes = calling_codes + add(codes, mark[BLOCK_CALLING_CODE])
    end
  end
  for i = 1, #$recipientMarks do recipients = recipients + add(reached, $recipientMarks[i]) end
  for i = 1, #$codes do calling_codes = calling_codes + add(codes, $codes[i][2]) end
  local until_oldest_leaves = (first or now) + HOUR - now
  local most = $blockSendsPerHour - #$recipientMarks + 1
  return block_guess_refusal(block)
    or refusal('block_sends', most < 1 and HOUR or wait(sends, BLOCK_AT, most, HOUR))
    or (recipients > $blockRecipientsPerHour and refusal('block_recipients', until_oldest_leaves))
    or (calling_codes > $blockCallingCodesPerHour and refusal('block_calling_codes', until_oldest_leaves))
    or nil
end
`
