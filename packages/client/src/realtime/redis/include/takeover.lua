-- The hand-over of one key that is under way; nil: there is none, or its time is over.
local function takeover_of(key, key_id, now)
  local text = redis.call('HGET', key, key_id)
  local takeover = text and cjson.decode(text)
  if not takeover then return nil end
  if takeover.untilMs > now then return takeover end
  redis.call('HDEL', key, key_id)
  return nil
end
