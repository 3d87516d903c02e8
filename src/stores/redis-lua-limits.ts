import type { Limits } from '../ports/store.js'

/** The order in which limits travel to a script; there each is `$` and its name. */
export const LIMIT_ORDER: readonly (keyof Limits)[] = [
  'cooldownSeconds',
  'recipientSendsPerHour',
  'recipientSendsPerDay',
  'recipientSendsPerDayInAll',
  'recipientSendsPerHourFromOneBlock',
  'knownDeviceSendsPerHour',
  'pendingPerRecipient',
  'failuresBeforePause',
  'pauseSeconds',
  'maxPauseSeconds',
  'failuresBeforeDisabled',
  'knownDeviceFailuresBeforeDisabled',
  'recipientFailuresPerDay',
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

/**
 * Lua: the failures of a recipient, and whether they pause or disable it. Charges that are not settled yet weigh as failures. Known devices have a row of
 * their own; all three figures of a row stand together.
 */
export const FAILURE_COUNT = `
local function record_failure(record, at, known)
  local row = known and KNOWN_FAILURES or FAILURES
  record[row] = record[row] + 1
  record[row + 1] = at + $failureMemorySeconds * 1000
  if not known then
    local day = record[DAY_FAILURES]
    day[#day + 1] = at
    if #day > MAX_DAY_FAILURES then table.remove(day, 1) end
  end
  local beyond = record[row] - $failuresBeforePause
  if beyond < 0 then return end
  local seconds = math.min($pauseSeconds * 2 ^ math.min(beyond, 20), $maxPauseSeconds)
  record[row + 2] = at + seconds * 1000
end

local function with_charges(record, known)
  local charges = filter(record[CHARGES], function(charge) return (charge[CHARGE_KNOWN] or false) == known end)
  if #charges == 0 then return record end
  local sum = {unpack(record, 1, KNOWN_PAUSED_UNTIL)}
  sum[DAY_FAILURES] = {unpack(record[DAY_FAILURES])}
  for _, charge in ipairs(charges) do
    for _ = 1, charge[TIMES] do record_failure(sum, charge[CHARGED_AT], known) end
  end
  return sum
end

local function day_refusal(day, budget)
  if #day > 0 then return refusal('recipient_failures_day', wait(day, nil, budget or $recipientFailuresPerDay, DAY)) end
end

-- The budget of a day is for unknown devices; none stands for the limit.
local function pause_refusal(record, known, budget)
  local sum = with_charges(record, known)
  local row = known and KNOWN_FAILURES or FAILURES
  if now < sum[row + 1] and sum[row] >= (known and $knownDeviceFailuresBeforeDisabled or $failuresBeforeDisabled) then
    return refusal('disabled', $maxPauseSeconds * 1000)
  end
  return refusal('paused', sum[row + 2] - now) or (not known and day_refusal(sum[DAY_FAILURES], budget)) or nil
end

local function failures_of(record)
  return (now < record[FORGET_AT] and record[FAILURES] or 0) + (now < record[KNOWN_FORGET_AT] and record[KNOWN_FAILURES] or 0)
end
`

/** Lua: when the cooldown of a recipient ends: over the sends that count, or as far as those of one challenge tell. Needs `$tailMark`. */
export const COOLDOWN = `
local function cooldown_end(record, counts)
  local sends, last = 0, nil
  for i = 1, #record[SENDS] do
    local mark = record[SENDS][i]
    if counts(mark) and mark[AT] > now - HOUR then sends, last = sends + 1, mark[AT] end
  end
  if not last then return now end
  return last + ($cooldownSeconds[math.min(sends, #$cooldownSeconds)] or 0) * 1000
end

local function own_resend_at(record)
  local known
  for i = 1, #record[SENDS] do
    if record[SENDS][i][CHALLENGE] == $tailMark then known = record[SENDS][i][KNOWN] end
  end
  return cooldown_end(record, function(mark) return mark[CHALLENGE] == $tailMark and mark[KNOWN] == known end)
end
`

/** Lua: whether a recipient may be sent a code. Needs `$origin`, the mark of the IP block that asks, and `$known`. */
export const RECIPIENT_SENDING = `
local function is_unused(mark) return mark[CHALLENGE] ~= '' and not mark[KNOWN] end

local function is_unused_from_here(mark) return is_unused(mark) and mark[BLOCK] == $origin end

local function is_unused_of_known(mark) return mark[CHALLENGE] ~= '' and mark[KNOWN] end

local function is_known_send(record)
  return $known and wait(record[SENDS], AT, $knownDeviceSendsPerHour, HOUR, is_unused_of_known) == 0
end

local function send_refusal(record)
  local paused = $known and pause_refusal(record, true)
  if paused then return paused end
  local sends = record[SENDS]
  if is_known_send(record) then
    return refusal('cooldown', cooldown_end(record, is_unused_of_known) - now)
      or refusal('recipient_day_in_all', wait(sends, AT, $recipientSendsPerDayInAll, DAY))
  end
  paused = pause_refusal(record, false)
  if paused or #sends == 0 then return paused end
  return refusal('cooldown', cooldown_end(record, is_unused) - now)
    or refusal('recipient_hour', wait(sends, AT, $recipientSendsPerHour, HOUR, is_unused))
    or refusal('recipient_day', wait(sends, AT, $recipientSendsPerDay, DAY, is_unused))
    or refusal('recipient_day_in_all', wait(sends, AT, $recipientSendsPerDayInAll, DAY))
    or ($origin ~= '' and refusal('recipient_block', wait(sends, AT, $recipientSendsPerHourFromOneBlock, HOUR, is_unused_from_here)))
    or nil
end
`

/** Lua: the end of both rows of failures, and of the charges up to an instant that nobody settled. */
export const CLEAR_FAILURES = `
local function clear_failures(record, charged_until)
  record[FAILURES], record[FORGET_AT], record[PAUSED_UNTIL] = 0, 0, 0
  record[KNOWN_FAILURES], record[KNOWN_FORGET_AT], record[KNOWN_PAUSED_UNTIL] = 0, 0, 0
  record[CHARGES] = drop(record[CHARGES], CHARGED_AT, charged_until)
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
 * Lua: whether an IP block may have a code sent. Needs `$recipientMarks`, `$codes`: recipient and calling code of each answer, and `$known`.
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
  return (not $known and block_guess_refusal(block))
    or refusal('block_sends', most < 1 and HOUR or wait(sends, BLOCK_AT, most, HOUR))
    or (recipients > $blockRecipientsPerHour and refusal('block_recipients', until_oldest_leaves))
    or (calling_codes > $blockCallingCodesPerHour and refusal('block_calling_codes', until_oldest_leaves))
    or nil
end
`
