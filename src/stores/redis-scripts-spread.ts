import { BLOCK_PLACES, GIVE_BACK, RECIPIENT_PLACES } from './redis-lua-decisions.js'
import { BLOCK_GUESSING, BLOCK_SENDING, CLEAR_FAILURES, COOLDOWN, FAILURE_COUNT, LIMITS, RECIPIENT_SENDING } from './redis-lua-limits.js'
import { BLOCK_RECORD, RECIPIENT_RECORD } from './redis-lua-records.js'
import { SETTLE_BLOCK_LAW, SETTLE_RECIPIENT_LAW } from './redis-lua-verify.js'
import { type Script, script } from './redis-script.js'

/**
 * Reserves a place with one further recipient of a challenge held elsewhere. Replies `['reserved', now]` or
 * `['limited', limit, milliseconds]`. This script and all below: KEYS is the one record.
 */
export const RESERVE_RECIPIENT: Script = script(
  ['tailMark', 'origin', 'known'],
  LIMITS,
  RECIPIENT_RECORD,
  FAILURE_COUNT,
  COOLDOWN,
  RECIPIENT_SENDING,
  RECIPIENT_PLACES,
  `
local record = load_recipient(KEYS[1])
local refused = send_refusal(record)
if refused then return cjson.encode(refused) end
reserve_at_recipient(record)
save_recipient(KEYS[1], record)
return cjson.encode({'reserved', now})
`,
)

/** Reserves places with an IP block. Replies as {@link RESERVE_RECIPIENT}, and where it reserved `[..., sends left, when there will be more]`. */
export const RESERVE_BLOCK: Script = script(
  ['tailMark', 'recipientMarks', 'codes', 'known'],
  LIMITS,
  BLOCK_RECORD,
  BLOCK_GUESSING,
  BLOCK_SENDING,
  BLOCK_PLACES,
  `
local block = load_block(KEYS[1])
local refused = block_send_refusal(block)
if refused then return cjson.encode(refused) end
reserve_at_block(block)
save_block(KEYS[1], block)
return cjson.encode({'reserved', now, quota_of(block)})
`,
)

/**
 * Gives one recipient's place of the instant `at` back. With `foreign` another server told that instant: cooldowns are longer than servers' clocks are apart.
 * Replies `[]`.
 */
export const RETURN_RECIPIENT: Script = script(
  ['tailMark', 'at', 'foreign'],
  RECIPIENT_RECORD,
  GIVE_BACK,
  `
local record = load_recipient(KEYS[1])
-- The clock of a test is one for all servers.
give_back(record, $at, $foreign and ARGV[2] == '' and CLOCK_SKEW or 0)
save_recipient(KEYS[1], record)
return '[]'
`,
)

/** Gives the places back that {@link RESERVE_BLOCK} took at that instant. Replies `[]`. */
export const RETURN_BLOCK: Script = script(
  ['tailMark', 'recipientMarks', 'at'],
  BLOCK_RECORD,
  `
local block = load_block(KEYS[1])
for _, recipient_mark in ipairs($recipientMarks) do
  for i = #block[BLOCK_SENDS], 1, -1 do
    local mark = block[BLOCK_SENDS][i]
    if mark[BLOCK_AT] == $at and mark[BLOCK_RECIPIENT] == recipient_mark and mark[BLOCK_CHALLENGE] == $tailMark then
      table.remove(block[BLOCK_SENDS], i)
      break
    end
  end
end
save_block(KEYS[1], block)
return '[]'
`,
)

/**
 * Charges `times` failures to one further recipient, under `token`, before a guess is compared elsewhere. Replies `[refused or false,
 * failures, failures of the last day]`.
 */
export const CHARGE_RECIPIENT: Script = script(
  ['times', 'token', 'known'],
  LIMITS,
  RECIPIENT_RECORD,
  FAILURE_COUNT,
  `
local record = load_recipient(KEYS[1])
local refused = pause_refusal(record, $known)
if refused then return cjson.encode({refused, failures_of(record), {}}) end
local day = with_charges(record, false)[DAY_FAILURES]
record[CHARGES][#record[CHARGES] + 1] = {$token, $times, now, now + CHARGE_LAPSE, $known}
save_recipient(KEYS[1], record)
return cjson.encode({false, failures_of(record), day})
`,
)

/**
 * Puts a decision's effects in the place of what {@link CHARGE_RECIPIENT} charged; once, however often a client sends it. Replies
 * `[failures]`.
 */
export const SETTLE_RECIPIENT: Script = script(
  ['tailMark', 'recipient', 'token', 'effects', 'known'],
  LIMITS,
  RECIPIENT_RECORD,
  FAILURE_COUNT,
  CLEAR_FAILURES,
  SETTLE_RECIPIENT_LAW,
  `
local record = load_recipient(KEYS[1])
local charges = record[CHARGES]
record[CHARGES] = filter(charges, function(charge) return charge[TOKEN] ~= $token end)
if #record[CHARGES] < #charges then
  settle_recipient(record, $recipient, $effects)
  save_recipient(KEYS[1], record)
end
return cjson.encode({failures_of(record)})
`,
)

/** Charges one failure to an IP block. Replies `['charged', now]` or `['limited', ...]`. */
export const CHARGE_BLOCK: Script = script(
  [],
  LIMITS,
  BLOCK_RECORD,
  BLOCK_GUESSING,
  `
local block = load_block(KEYS[1])
local refused = block_guess_refusal(block)
if refused then return cjson.encode(refused) end
fail_at_block(block)
save_block(KEYS[1], block)
return cjson.encode({'charged', now})
`,
)

/** Takes the failure charged at that instant back, unless the guess was wrong, and gives places back. Replies `[]`. */
export const SETTLE_BLOCK: Script = script(
  ['tailMark', 'recipientMarks', 'at', 'effects'],
  BLOCK_RECORD,
  SETTLE_BLOCK_LAW,
  `
local block = load_block(KEYS[1])
for i = #block[BLOCK_FAILURES], 1, -1 do
  if not $effects[2] and block[BLOCK_FAILURES][i] == $at then
    table.remove(block[BLOCK_FAILURES], i)
    break
  end
end
give_back_at_block(block, $effects)
save_block(KEYS[1], block)
return '[]'
`,
)
