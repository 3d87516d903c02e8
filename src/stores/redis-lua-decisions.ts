/** Lua: `reserve` of `core/law/issue.ts`, record by record, and how a place is given back. Needs `$tailMark` and `$origin`, and `RECIPIENT_SENDING`. */
export const RECIPIENT_PLACES = `
local function reserve_at_recipient(record)
  record[SENDS][#record[SENDS] + 1] = {now, $origin, $tailMark, is_known_send(record) or nil}
end
`

/**
 * Lua: the place of one message in a recipient's quota, given back: of the marks of this challenge the one nearest to `at`, and no further from it than
 * `skew`, by which the clocks of servers may differ.
 */
export const GIVE_BACK = `
local function give_back(record, at, skew)
  local place, distance
  for i = #record[SENDS], 1, -1 do
    local mark = record[SENDS][i]
    local away = math.abs(mark[AT] - at)
    if mark[CHALLENGE] == $tailMark and away <= skew and (not distance or away < distance) then place, distance = i, away end
  end
  if place then table.remove(record[SENDS], place) end
end
`

/** Lua: places in the quota of an IP block. Needs `$recipientMarks`, `$codes` and `$tailMark`. */
export const BLOCK_PLACES = `
local function calling_code(recipient)
  for _, code in ipairs($codes) do
    if code[1] == recipient then return code[2] end
  end
  return ''
end

local function reserve_at_block(block)
  for i, mark in ipairs($recipientMarks) do
    block[BLOCK_SENDS][#block[BLOCK_SENDS] + 1] = {now, mark, calling_code(i - 1), $tailMark}
  end
end

-- Sends that are left to the block, and when it will have more.
local function quota_of(block)
  local sends = block[BLOCK_SENDS]
  return $blockSendsPerHour - #sends, (sends[1] and sends[1][BLOCK_AT] or now) + HOUR
end
`

/** Lua: `sendRefusal` of `core/law/limits.ts`. What other servers said stands last, as `$elsewhere`. */
export const SEND_REFUSAL = `
local function first_refusal(recipients, block)
  for i = 1, #recipients do
    local refused = send_refusal(recipients[i])
    if refused then return refused end
  end
  return block and block_send_refusal(block) or $elsewhere
end

local function is_live(challenge)
  return now < challenge[EXPIRES_AT] and challenge[ATTEMPTS] < challenge[MAX_ATTEMPTS]
end

local function reserve(recipients, block, challenge)
  for i = 1, #recipients do reserve_at_recipient(recipients[i]) end
  if block then reserve_at_block(block) end
  local reply = {'issued', now, challenge[EXPIRES_AT], challenge[MAX_ATTEMPTS] - challenge[ATTEMPTS], own_resend_at(recipients[1])}
  if block then reply[6], reply[7] = quota_of(block) end
  return reply
end
`

/** Lua: `issue` of `core/law/issue.ts`. */
export const ISSUE_LAW = `
local function decide(recipients, block)
  local refused = first_refusal(recipients, block)
  if refused then return refused end
  local holder = recipients[1]
  local function is_another(one) return one[TAIL] ~= $tail end
  local challenges = filter(holder[CHALLENGES], is_another)
  local pending, first_expiry = 0, math.huge
  for i = 1, #challenges do
    local one = challenges[i]
    if one[INTENT] == $intent and is_live(one) then
      pending, first_expiry = pending + 1, math.min(first_expiry, one[EXPIRES_AT])
    end
  end
  if pending > 0 and pending >= $pendingPerRecipient then return {'limited', 'pending', first_expiry - now} end
  local challenge = {$tail, $intent, $user, $context, $all, $maxAttempts, 0, now + $ttl, $answers, $failuresPerDay or nil}
  challenges[#challenges + 1] = challenge
  holder[CHALLENGES], holder[GRANTS] = challenges, filter(holder[GRANTS], is_another)
  return reserve(recipients, block, challenge)
end
`

/** Lua: `renew` of `core/law/issue.ts`. Needs `$keep`: whether the newest old codes stay valid. */
export const RENEW_LAW = `
local function decide(recipients, block)
  local challenge = with_tail(recipients[1][CHALLENGES])
  if not challenge or not is_live(challenge) or challenge[INTENT] ~= $intent or challenge[USER] ~= $user
    or challenge[CONTEXT] ~= $context or challenge[ALL] ~= $all then
    return {'gone'}
  end
  local refused = first_refusal(recipients, block)
  if refused then return refused end
  local renewed = {}
  for _, answer in ipairs($answers) do renewed[answer[CHANNEL]] = true end
  local function is_other(answer) return challenge[ALL] and not renewed[answer[CHANNEL]] end
  local proved = filter(challenge[ANSWERS], function(answer) return answer[PROVED] end)
  local others = filter(challenge[ANSWERS], function(answer) return not answer[PROVED] and is_other(answer) end)
  local kept = filter(challenge[ANSWERS], function(answer) return $keep and not answer[PROVED] and not is_other(answer) end)
  while #kept > #$answers do table.remove(kept, 1) end
  if not $keep and #others == 0 then challenge[ATTEMPTS] = 0 end

  local expires_at = now + $ttl
  for _, answer in ipairs(proved) do expires_at = math.min(expires_at, challenge[EXPIRES_AT] - answer[EARLIER]) end
  end_at(challenge, expires_at)
  challenge[ANSWERS] = proved
  if $failuresPerDay then challenge[FAILURES_PER_DAY] = math.min($failuresPerDay, challenge[FAILURES_PER_DAY] or math.huge) end
  for _, list in ipairs({others, kept, $answers}) do
    for _, answer in ipairs(list) do proved[#proved + 1] = answer end
  end
  return reserve(recipients, block, challenge)
end
`

/** Lua: end of a script that sends: decide, write, answer. */
export const SEND = `
for _, answer in ipairs($answers) do
  if answer[ISSUED_AT] then answer[ISSUED_AT] = now end
end
local recipients = load_recipients($recipientsHere)
local block = KEYS[$recipientsHere + 1] and load_block(KEYS[$recipientsHere + 1])
local decision = decide(recipients, block)
if decision[1] == 'issued' then
  save_recipients(recipients)
  if block then save_block(KEYS[$recipientsHere + 1], block) end
end
return cjson.encode(decision)
`
