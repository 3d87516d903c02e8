/**
 * Lua: `verify` of `core/law/verify.ts`, as far as the holder's record decides it. Answers with the decision and, where a guess was
 * compared, with its effects: for each guess whether it was right and whose the codes are that it touched; whether any was wrong; which recipients
 * get their places in the quotas back.
 */
export const JUDGE = `
local function add_once(list, value)
  for _, one in ipairs(list) do
    if one == value then return end
  end
  list[#list + 1] = value
end

local function targets(challenge, guess)
  return filter(challenge[ANSWERS], function(answer) return not answer[PROVED] and guess[answer[CHANNEL]] end)
end

local function first_channel(guess)
  for channel = 1, 4 do
    if guess[channel] then return channel end
  end
  return 1
end

local function is_fresh(challenge, answer)
  local issued_at = answer[ISSUED_AT]
  return now < challenge[EXPIRES_AT] - answer[EARLIER] and not (issued_at and $maxAge and now >= issued_at + $maxAge)
end

-- Redis keeps one copy of equal strings and compares their addresses: the time tells nothing of the contents. All digests are tried.
local function is_right(challenge, answer, digests)
  local matches = 0
  for _, digest in ipairs(digests) do
    if digest == answer[DIGEST] then matches = matches + 1 end
  end
  return matches > 0 and is_fresh(challenge, answer) and challenge[CONTEXT] == $context
end

local function compare(challenge, guess)
  local asked = targets(challenge, guess)
  local right = filter(asked, function(answer) return is_right(challenge, answer, guess[answer[CHANNEL]]) end)
  local touched = {}
  for i, answer in ipairs(#right > 0 and right or asked) do touched[i] = answer[RECIPIENT] end
  local settled = {}
  for _, answer in ipairs(right) do answer[DIGEST], answer[PROVED], settled[answer[CHANNEL]] = '', true, true end
  challenge[ANSWERS] = filter(challenge[ANSWERS], function(answer) return answer[PROVED] or not settled[answer[CHANNEL]] end)
  local expires_at = challenge[EXPIRES_AT]
  for _, answer in ipairs(right) do expires_at = math.min(expires_at, challenge[EXPIRES_AT] - answer[EARLIER]) end
  if expires_at < challenge[EXPIRES_AT] then end_at(challenge, expires_at) end
  return {#right > 0, touched}
end

local function proved_by(challenge)
  local proved = {}
  for _, answer in ipairs(challenge[ANSWERS]) do
    if answer[PROVED] then proved[#proved + 1] = {answer[CHANNEL], answer[SEALED]} end
  end
  return proved
end

local function waiting_for(challenge)
  local state, waiting = {}, {}
  for _, answer in ipairs(challenge[ANSWERS]) do
    state[answer[CHANNEL]] = answer[PROVED] and 'proved' or state[answer[CHANNEL]] or 'open'
  end
  for channel = 1, 4 do
    if state[channel] == 'open' then waiting[#waiting + 1] = channel end
  end
  return waiting
end

local function consume(holder, challenge)
  holder[CHALLENGES] = filter(holder[CHALLENGES], function(one) return one ~= challenge end)
  local given_back = {}
  for _, answer in ipairs(challenge[ANSWERS]) do
    if answer[PROVED] then add_once(given_back, answer[RECIPIENT]) end
  end
  if $grantMs == 0 then return given_back, 0 end
  local expires_at = now + $grantMs
  local grant = {$tail, challenge[INTENT], challenge[USER], challenge[CONTEXT], now, expires_at, proved_by(challenge)}
  if #holder[GRANTS] > MAX_GRANTS then table.remove(holder[GRANTS], 1) end
  holder[GRANTS][#holder[GRANTS] + 1] = grant
  return given_back, expires_at
end

local function judge(holder, challenge)
  challenge[ATTEMPTS] = challenge[ATTEMPTS] + 1
  local misbound = challenge[CONTEXT] ~= $context
  if misbound then challenge[ATTEMPTS] = challenge[MAX_ATTEMPTS] end
  local events, wrong = {}, false
  for i, guess in ipairs($guesses) do
    events[i] = compare(challenge, guess)
    wrong = wrong or not events[i][1]
  end
  if not wrong then challenge[ATTEMPTS] = challenge[ATTEMPTS] - 1 end

  local proved, waiting = proved_by(challenge), waiting_for(challenge)
  local attempts_left = challenge[MAX_ATTEMPTS] - challenge[ATTEMPTS]
  local complete = #waiting == 0
  if not challenge[ALL] then complete = #proved > 0 end
  if complete then
    local given_back, grant_expires_at = consume(holder, challenge)
    return {'verified', now, true, proved, {}, attempts_left, grant_expires_at}, {events, wrong, given_back}
  end
  local effects = {events, wrong, {}}
  if not wrong then return {'verified', now, false, proved, waiting, attempts_left, 0}, effects end
  if misbound then return {'wrong', 0, waiting}, effects end
  if attempts_left == 0 then return {'exhausted'}, effects end
  return {'wrong', attempts_left, waiting}, effects
end
`

/**
 * Lua: what may be said before anything is compared. Needs `$known`, and `$elsewhere`: what each other server refused, or where it refused nothing the
 * failures of a day, which the challenge may have a smaller budget for.
 */
export const VERIFY_LAW = `
local function guess_refusal(recipients, block, challenge)
  local budget = challenge[FAILURES_PER_DAY] and math.min(challenge[FAILURES_PER_DAY], $recipientFailuresPerDay)
  for i = 1, #recipients do
    local refused = pause_refusal(recipients[i], $known, budget)
    if refused then return refused end
  end
  local refused = block and not $known and block_guess_refusal(block)
  if refused then return refused end
  for _, one in ipairs($elsewhere) do
    refused = one[1] == 'limited' and one or (budget and not $known and day_refusal(one, budget))
    if refused then return refused end
  end
end

local function decide(recipients, block)
  local holder = recipients[1]
  local challenge = with_tail(holder[CHALLENGES])
  if not challenge or challenge[INTENT] ~= $intent or challenge[USER] ~= $user then return {'gone'} end
  if now >= challenge[EXPIRES_AT] then return {'expired'} end
  if challenge[ATTEMPTS] >= challenge[MAX_ATTEMPTS] then return {'exhausted'} end
  local refused = guess_refusal(recipients, block, challenge)
  if refused then return refused end
  for _, guess in ipairs($guesses) do
    if #targets(challenge, guess) == 0 then return {'unexpected_channel', first_channel(guess)} end
  end
  return judge(holder, challenge)
end
`

/** Lua: what a decision means for the record of one recipient, by its place in the challenge's id. Needs `$tailMark` and `$known`. */
export const SETTLE_RECIPIENT_LAW = `
local function settle_recipient(record, recipient, effects)
  for _, event in ipairs(effects[1]) do
    for _, one in ipairs(event[2]) do
      if one == recipient then
        if event[1] then clear_failures(record, now - CHARGE_SETTLED) else record_failure(record, now, $known) end
      end
    end
  end
  for _, one in ipairs(effects[3]) do
    if one == recipient then
      for _, mark in ipairs(record[SENDS]) do
        if mark[CHALLENGE] == $tailMark then mark[CHALLENGE] = '' end
      end
    end
  end
end
`

/** Lua: the same for an IP block, its failure aside. Needs `$recipientMarks` and `$tailMark`. */
export const SETTLE_BLOCK_LAW = `
local function give_back_at_block(block, effects)
  local proved = {}
  for _, recipient in ipairs(effects[3]) do proved[$recipientMarks[recipient + 1]] = true end
  block[BLOCK_SENDS] = filter(block[BLOCK_SENDS], function(mark)
    return mark[BLOCK_CHALLENGE] ~= $tailMark or not proved[mark[BLOCK_RECIPIENT]]
  end)
end
`
