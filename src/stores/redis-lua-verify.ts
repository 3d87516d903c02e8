/**
 * Lua: `verify` of `core/law/verify.ts`, as far as the holder's record decides it. Answers with the decision and, where a guess was
 * compared, with its effects: for each guess whether it was right and whose the codes are that it touched; whether any was wrong; which recipients
 * get their places in the quotas back.
 */
export const JUDGE = `
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
    if digest == answer[DIGEST] and digest ~= '' then matches = matches + 1 end
  end
  return matches > 0 and is_fresh(challenge, answer) and challenge[CONTEXT] == $context
end

local function compare(challenge, guess)
  local asked = targets(challenge, guess)
  local right = filter(asked, function(answer) return is_right(challenge, answer, guess[answer[CHANNEL]]) end)
  local touched = {}
  for i, answer in ipairs(#right > 0 and right or asked) do touched[i] = answer[RECIPIENT] end
  prove(challenge, right)
  return {#right > 0, touched}
end

-- None where there is nothing to ask a vendor about.
local function delegated_to(challenge, events)
  if not $delegates then return nil end
  local delegated = {}
  for _, answer in ipairs(challenge[ANSWERS]) do
    local asked = false
    for i, guess in ipairs($guesses) do asked = asked or (not events[i][1] and guess[answer[CHANNEL]]) end
    if asked and is_delegated(answer) and is_fresh(challenge, answer) then
      delegated[#delegated + 1] = {answer[CHANNEL], answer[SEALED]}
    end
  end
  return #delegated > 0 and delegated or nil
end

local function judge(holder, challenge)
  challenge[ATTEMPTS] = challenge[ATTEMPTS] + 1
  local misbound = challenge[CONTEXT] ~= $context
  if misbound then challenge[ATTEMPTS] = challenge[MAX_ATTEMPTS] + 1 end
  local events, wrong = {}, false
  for i, guess in ipairs($guesses) do
    events[i] = compare(challenge, guess)
    wrong = wrong or not events[i][1]
  end
  if not wrong then challenge[ATTEMPTS] = challenge[ATTEMPTS] - 1 end

  local whole, given_back = complete(holder, challenge)
  if whole then return whole, {events, wrong, given_back} end
  local effects = {events, wrong, {}}
  if not wrong then return incomplete(challenge), effects end
  local waiting = waiting_for(challenge)
  if misbound then return {'wrong', 0, waiting}, effects end
  local delegated = delegated_to(challenge, events)
  local left = attempts_left(challenge)
  if left == 0 then return {'exhausted', delegated}, effects end
  return {'wrong', left, waiting, delegated}, effects
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
  if challenge[ATTEMPTS] >= challenge[MAX_ATTEMPTS] then return {'used_up'} end
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
