import { CLEAR_FAILURES, FAILURE_COUNT, LIMITS } from './redis-lua-limits.js'
import { CONFIRM_LAW, CONFIRM_RECIPIENT_LAW, PROVE } from './redis-lua-prove.js'
import { BLOCK_RECORD, BY_TAIL, RECIPIENT_RECORD, RECORDS } from './redis-lua-records.js'
import { SETTLE_BLOCK_LAW, SETTLE_RECIPIENT_LAW } from './redis-lua-verify.js'
import { type Script, script } from './redis-script.js'

/**
 * Makes a guess right that was charged as wrong. KEYS as for `ISSUE`. Replies with the decision, as `VERIFY` does, and with `away` the effects, false where
 * nothing was proved.
 */
export const CONFIRM: Script = script(
  [
    'tail',
    'tailMark',
    'intent',
    'user',
    'context',
    'channel',
    'sealed',
    'grantMs',
    'takeBack',
    'recipientMarks',
    'recipientsHere',
    'away',
    'known',
    'recalls',
  ],
  LIMITS,
  RECIPIENT_RECORD,
  BLOCK_RECORD,
  RECORDS,
  FAILURE_COUNT,
  CLEAR_FAILURES,
  BY_TAIL,
  PROVE,
  CONFIRM_LAW,
  CONFIRM_RECIPIENT_LAW,
  SETTLE_RECIPIENT_LAW,
  SETTLE_BLOCK_LAW,
  `
local recipients = load_recipients($recipientsHere)
local block = KEYS[$recipientsHere + 1] and load_block(KEYS[$recipientsHere + 1])
local decision, effects = confirm(recipients[1])
if effects then
  for i, record in ipairs(recipients) do
    take_failure_back(record, i - 1, effects)
    settle_recipient(record, i - 1, effects)
  end
  if block then
    if $takeBack and not $known then table.remove(block[BLOCK_FAILURES]) end
    give_back_at_block(block, effects)
    save_block(KEYS[$recipientsHere + 1], block)
  end
  save_recipients(recipients)
end
return cjson.encode({decision, $away and effects or false})
`,
)

/** A confirmation's part of one further recipient, held elsewhere. KEYS: the recipient. Replies `[]`. */
export const CONFIRM_RECIPIENT: Script = script(
  ['tailMark', 'recipient', 'effects', 'known'],
  LIMITS,
  RECIPIENT_RECORD,
  FAILURE_COUNT,
  CLEAR_FAILURES,
  CONFIRM_RECIPIENT_LAW,
  SETTLE_RECIPIENT_LAW,
  `
local record = load_recipient(KEYS[1])
take_failure_back(record, $recipient, $effects)
settle_recipient(record, $recipient, $effects)
save_recipient(KEYS[1], record)
return '[]'
`,
)

/** A confirmation's part of the IP block, held elsewhere: with `takeBack` one failure less. KEYS: the block. Replies `[]`. */
export const CONFIRM_BLOCK: Script = script(
  ['tailMark', 'recipientMarks', 'effects', 'takeBack'],
  BLOCK_RECORD,
  SETTLE_BLOCK_LAW,
  `
local block = load_block(KEYS[1])
if $takeBack then table.remove(block[BLOCK_FAILURES]) end
give_back_at_block(block, $effects)
save_block(KEYS[1], block)
return '[]'
`,
)

/** Puts something else in the place of what is sealed with an answer that has no digest, and gives it one. KEYS: the holder. Replies `[whether there is one]`. */
export const ATTACH: Script = script(
  ['tail', 'channel', 'expiresAt', 'sealed', 'digest'],
  RECIPIENT_RECORD,
  BY_TAIL,
  `
local holder = load_recipient(KEYS[1])
local challenge, meant = with_tail(holder[CHALLENGES]), nil
for _, answer in ipairs(challenge and challenge[ANSWERS] or {}) do
  local is_delegated = not answer[PROVED] and answer[DIGEST] == ''
  local expires_at = challenge[EXPIRES_AT] - answer[EARLIER]
  if is_delegated and answer[CHANNEL] == $channel and expires_at == $expiresAt and now < expires_at then meant = answer end
end
if meant then
  meant[SEALED], meant[DIGEST] = $sealed, $digest
  save_recipient(KEYS[1], holder)
end
return cjson.encode({meant ~= nil})
`,
)
