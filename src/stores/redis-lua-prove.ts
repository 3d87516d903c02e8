/**
 * Lua: `core/law/prove.ts`, as far as the holder's record is concerned: which recipients get their places in the quotas back is told instead. Needs `$tail`
 * `$grantMs` and `$recalls`.
 */
export const PROVE = `
local function add_once(list, value)
  for _, one in ipairs(list) do
    if one == value then return end
  end
  list[#list + 1] = value
end

local function is_delegated(answer) return not answer[PROVED] and answer[DIGEST] == '' end

local function prove(challenge, right)
  local settled, expires_at = {}, challenge[EXPIRES_AT]
  for _, answer in ipairs(right) do
    answer[DIGEST], answer[PROVED], settled[answer[CHANNEL]] = '', true, true
    expires_at = math.min(expires_at, challenge[EXPIRES_AT] - answer[EARLIER])
  end
  challenge[ANSWERS] = filter(challenge[ANSWERS], function(answer) return answer[PROVED] or not settled[answer[CHANNEL]] end)
  if expires_at < challenge[EXPIRES_AT] then end_at(challenge, expires_at) end
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
  if $grantMs == 0 and not $recalls then return given_back, 0 end
  local expires_at, proved = now + $grantMs, proved_by(challenge)
  if $grantMs == 0 then expires_at, proved = challenge[EXPIRES_AT], {} end
  local grant = {$tail, challenge[INTENT], challenge[USER], challenge[CONTEXT], now, expires_at, proved}
  if #holder[GRANTS] >= MAX_GRANTS then table.remove(holder[GRANTS], 1) end
  holder[GRANTS][#holder[GRANTS] + 1] = grant
  return given_back, $grantMs == 0 and 0 or expires_at
end

local function attempts_left(challenge)
  return math.max(0, challenge[MAX_ATTEMPTS] - challenge[ATTEMPTS])
end

local function complete(holder, challenge)
  local proved = proved_by(challenge)
  local whole = #proved > 0
  if challenge[ALL] then whole = #waiting_for(challenge) == 0 end
  if not whole then return nil end
  local given_back, grant_expires_at = consume(holder, challenge)
  return {'verified', now, true, proved, {}, attempts_left(challenge), grant_expires_at}, given_back
end

local function incomplete(challenge)
  return {'verified', now, false, proved_by(challenge), waiting_for(challenge), attempts_left(challenge), 0}
end
`

/**
 * Lua: `confirm` of `core/law/delegated.ts`, as far as the holder's record decides it. Answers with the decision and, where something was proved, with its
 * effects: as those of `JUDGE`. Needs `$channel`, `$sealed` and `$takeBack`.
 */
export const CONFIRM_LAW = `
local function confirm(holder)
  local challenge = with_tail(holder[CHALLENGES])
  if not challenge or challenge[INTENT] ~= $intent or challenge[USER] ~= $user or challenge[CONTEXT] ~= $context
    or challenge[ATTEMPTS] > challenge[MAX_ATTEMPTS] then
    return {'gone'}
  end
  if now >= challenge[EXPIRES_AT] then return {'expired'} end
  local answer = filter(challenge[ANSWERS], function(one)
    return is_delegated(one) and one[CHANNEL] == $channel and one[SEALED] == $sealed
  end)[1]
  if not answer then return {'gone'} end
  if now >= challenge[EXPIRES_AT] - answer[EARLIER] then return {'expired'} end
  if $takeBack then challenge[ATTEMPTS] = math.max(0, challenge[ATTEMPTS] - 1) end
  prove(challenge, {answer})
  local whole, given_back = complete(holder, challenge)
  return whole or incomplete(challenge), {{{true, {answer[RECIPIENT]}}}, false, given_back or {}}
end
`

/** Lua: what a confirmation gives back to a recipient, by its place in the id, on top of what its effects do. Needs `$known`. */
export const CONFIRM_RECIPIENT_LAW = `
local function take_failure_back(record, recipient, effects)
  if effects[1][1][2][1] == recipient and not $known and record[FAILURES] > 0 then table.remove(record[DAY_FAILURES]) end
end
`
