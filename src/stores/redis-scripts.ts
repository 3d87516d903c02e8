import { BLOCK_PLACES, GIVE_BACK, ISSUE_LAW, RECIPIENT_PLACES, RENEW_LAW, SEND, SEND_REFUSAL } from './redis-lua-decisions.js'
import { BLOCK_GUESSING, BLOCK_SENDING, CLEAR_FAILURES, COOLDOWN, FAILURE_COUNT, LIMITS, RECIPIENT_SENDING } from './redis-lua-limits.js'
import { PROVE } from './redis-lua-prove.js'
import { BLOCK_RECORD, BY_TAIL, RECIPIENT_RECORD, RECORDS } from './redis-lua-records.js'
import { JUDGE, SETTLE_BLOCK_LAW, SETTLE_RECIPIENT_LAW, VERIFY_LAW } from './redis-lua-verify.js'
import { type Script, script } from './redis-script.js'

const SENDING = [LIMITS, RECIPIENT_RECORD, BLOCK_RECORD, RECORDS, FAILURE_COUNT, COOLDOWN, RECIPIENT_SENDING, BLOCK_GUESSING, BLOCK_SENDING]
const RESERVING = [RECIPIENT_PLACES, BLOCK_PLACES, SEND_REFUSAL]
const SEND_REQUEST = [
  'tail',
  'tailMark',
  'intent',
  'user',
  'context',
  'all',
  'maxAttempts',
  'ttl',
  'answers',
  'origin',
  'recipientMarks',
  'codes',
  'recipientsHere',
  'elsewhere',
  'known',
  'failuresPerDay',
] as const

/**
 * Creates a challenge. KEYS: `recipientsHere` recipients, the holder first, then the IP block where it lies here. `elsewhere`: what
 * other servers refused, else false. Replies `['issued', now, expiresAt, attemptsLeft, resendAt]` or
 * `['limited', limit, milliseconds]`.
 */
export const ISSUE: Script = script(SEND_REQUEST, ...SENDING, ...RESERVING, ISSUE_LAW, SEND)

/** Gives a live challenge new codes. As {@link ISSUE}, with `keep` for `resend: 'keep'`; also replies `['gone']`. */
export const RENEW: Script = script([...SEND_REQUEST, 'keep'], ...SENDING, ...RESERVING, BY_TAIL, RENEW_LAW, SEND)

/**
 * Charges, compares, consumes. KEYS as for {@link ISSUE}. Each of `guesses` is an array of four, one for each channel: digests, or false.
 * Replies with the decision, the most failures that a recipient of this server has, and with `away` the effects (see `JUDGE`),
 * false where nothing was compared.
 */
export const VERIFY: Script = script(
  [
    'tail',
    'tailMark',
    'intent',
    'user',
    'context',
    'guesses',
    'grantMs',
    'recipientMarks',
    'recipientsHere',
    'elsewhere',
    'away',
    'maxAge',
    'known',
    'delegates',
    'recalls',
  ],
  LIMITS,
  RECIPIENT_RECORD,
  BLOCK_RECORD,
  RECORDS,
  FAILURE_COUNT,
  CLEAR_FAILURES,
  BLOCK_GUESSING,
  BY_TAIL,
  PROVE,
  JUDGE,
  VERIFY_LAW,
  SETTLE_RECIPIENT_LAW,
  SETTLE_BLOCK_LAW,
  `
local recipients = load_recipients($recipientsHere)
local block = KEYS[$recipientsHere + 1] and load_block(KEYS[$recipientsHere + 1])
local decision, effects = decide(recipients, block)
if effects then
  for i, record in ipairs(recipients) do settle_recipient(record, i - 1, effects) end
  if block then
    if effects[2] and not $known then fail_at_block(block) end
    give_back_at_block(block, effects)
    save_block(KEYS[$recipientsHere + 1], block)
  end
  save_recipients(recipients)
end
local failures = 0
for _, record in ipairs(recipients) do failures = math.max(failures, failures_of(record)) end
return cjson.encode({decision, failures, $away and effects or false})
`,
)

/**
 * Reads; changes nothing. KEYS: the holder. Replies `['found', now, intent, user, context, all, expiresAt, attemptsLeft, resendAt,
 * [channel, sealed, proved, receipt?]...]`, `['granted', now, intent, user, expiresAt, context, verifiedAt]`, the same as
 * `'verified'`, or `['gone']`.
 */
export const FIND: Script = script(
  ['tail', 'tailMark'],
  RECIPIENT_RECORD,
  BY_TAIL,
  COOLDOWN,
  `
local holder = load_recipient(KEYS[1])
local grant = with_tail(holder[GRANTS])
if grant then
  local outcome = #grant[GRANT_PROVED] > 0 and 'granted' or 'verified'
  return cjson.encode({outcome, now, grant[INTENT], grant[USER], grant[GRANT_EXPIRES_AT], grant[CONTEXT], grant[GRANT_VERIFIED_AT]})
end
local one = with_tail(holder[CHALLENGES])
if not one or now >= one[EXPIRES_AT] then return cjson.encode({'gone'}) end
local answers = {}
for i, answer in ipairs(one[ANSWERS]) do answers[i] = {answer[CHANNEL], answer[SEALED], answer[PROVED], answer[RECEIPT] or nil} end
local attempts_left = math.max(0, one[MAX_ATTEMPTS] - one[ATTEMPTS])
return cjson.encode({
  'found', now, one[INTENT], one[USER], one[CONTEXT], one[ALL], one[EXPIRES_AT], attempts_left,
  own_resend_at(holder), answers
})
`,
)

/** Forgets a challenge and its grant. KEYS: the holder. Replies `[]`. */
export const CANCEL: Script = script(
  ['tail'],
  RECIPIENT_RECORD,
  `
local record = load_recipient(KEYS[1])
local function keeps(one) return one[TAIL] ~= $tail end
record[CHALLENGES], record[GRANTS] = filter(record[CHALLENGES], keeps), filter(record[GRANTS], keeps)
save_recipient(KEYS[1], record)
return '[]'
`,
)

/**
 * Kills a challenge of which nothing was sent after the instant `at`, and with `giveBack` gives the place of that message back. KEYS: the holder, the other
 * recipients of this server. Replies `[]`.
 */
export const WITHDRAW: Script = script(
  ['tail', 'tailMark', 'at', 'expiresAt', 'giveBack'],
  RECIPIENT_RECORD,
  RECORDS,
  GIVE_BACK,
  `
local recipients = load_recipients(#KEYS)
local holder, sent_since = recipients[1], false
for _, mark in ipairs(holder[SENDS]) do
  sent_since = sent_since or (mark[CHALLENGE] == $tailMark and mark[AT] > $at)
end
if not sent_since then
  holder[CHALLENGES] = filter(holder[CHALLENGES], function(one) return one[TAIL] ~= $tail or one[EXPIRES_AT] ~= $expiresAt end)
end
if $giveBack then
  for _, record in ipairs(recipients) do give_back(record, $at, 0) end
end
save_recipients(recipients)
return '[]'
`,
)

/** Spends a grant. KEYS: the holder. Replies `['redeemed', now, verifiedAt, [channel, sealed]...]` or `['gone']`. */
export const REDEEM: Script = script(
  ['tail', 'intent', 'user', 'context', 'maxAge', 'once'],
  RECIPIENT_RECORD,
  BY_TAIL,
  `
local holder = load_recipient(KEYS[1])
local grant = with_tail(holder[GRANTS])
if not grant or #grant[GRANT_PROVED] == 0 or now >= grant[GRANT_VERIFIED_AT] + $maxAge
  or grant[INTENT] ~= $intent or grant[USER] ~= $user or grant[CONTEXT] ~= $context then
  return cjson.encode({'gone'})
end
if $once then
  holder[GRANTS] = filter(holder[GRANTS], function(one) return one ~= grant end)
  save_recipient(KEYS[1], holder)
end
return cjson.encode({'redeemed', now, grant[GRANT_VERIFIED_AT], grant[GRANT_PROVED]})
`,
)

/** Sets the failures of one recipient to 0, those of the last day too, forgets what is charged to it, and frees the places of its sends. KEYS: the recipient. Replies `[]`. */
export const RELEASE: Script = script(
  [],
  RECIPIENT_RECORD,
  CLEAR_FAILURES,
  `
local record = load_recipient(KEYS[1])
clear_failures(record, now)
record[DAY_FAILURES] = {}
for _, mark in ipairs(record[SENDS]) do mark[CHALLENGE] = '' end
save_recipient(KEYS[1], record)
return '[]'
`,
)
