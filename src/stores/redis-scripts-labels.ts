import { BY_TAIL, RECIPIENT_RECORD } from './redis-lua-records.js'
import { type Script, script } from './redis-script.js'

/** Lua: `isNews` of `core/law/receipts.ts`. */
const IS_NEWS = `
local function is_news(known, status)
  return not known or (known == 'sent' and status ~= 'sent')
end
`

/** Remembers a delivered message. KEYS: the label. Replies `[]`. */
export const LABEL: Script = script(
  ['id', 'channel', 'expiresAt', 'sealed'],
  `
save(KEYS[1], {$id, $channel, $expiresAt, $sealed}, $expiresAt + HOUR)
return '[]'
`,
)

/** Notes a report. KEYS: the label. Replies `['noted' or 'known', id, channel, expiresAt, sealed, status now]` or `['gone']`. */
export const NOTE: Script = script(
  ['status'],
  IS_NEWS,
  `
local packed = redis.call('GET', KEYS[1])
local label = packed and cmsgpack.unpack(packed)
if not label or now >= label[LABEL_EXPIRES_AT] + HOUR then return cjson.encode({'gone'}) end
local news = is_news(label[LABEL_STATUS], $status)
if news then
  label[LABEL_STATUS] = $status
  save(KEYS[1], label, label[LABEL_EXPIRES_AT] + HOUR)
end
return cjson.encode({news and 'noted' or 'known', unpack(label)})
`,
)

/** Shows what was noted at the code that the message carried. KEYS: the holder. Replies `[]`. */
export const SHOW: Script = script(
  ['tail', 'channel', 'expiresAt', 'status'],
  RECIPIENT_RECORD,
  BY_TAIL,
  IS_NEWS,
  `
local holder = load_recipient(KEYS[1])
local challenge = with_tail(holder[CHALLENGES])
local news = false
for _, answer in ipairs(challenge and challenge[ANSWERS] or {}) do
  local is_meant = answer[CHANNEL] == $channel and challenge[EXPIRES_AT] - answer[EARLIER] == $expiresAt
  if is_meant and is_news(answer[RECEIPT], $status) then answer[RECEIPT], news = $status, true end
end
if news then save_recipient(KEYS[1], holder) end
return '[]'
`,
)
