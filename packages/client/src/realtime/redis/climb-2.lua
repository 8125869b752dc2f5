--[[ climb-2 · somebody goes on with the ladder of a feed that stays mute
  KEYS   1 ladders, a hash of JSON by feed: what is not over by its `untilMs` holds   2 when sockets were opened anew, a hash by key id
  ARGV   1 feed   2 version of the ladder before, 0: none   3 the next one, JSON; '': it ends   4 how long it is kept, ms
         5 keyId whose socket is to be opened anew, or ''   6 how often that may be, ms   7 channel
  REPLY  1 taken · 2 taken, and the socket was opened anew within that time · 0: somebody else went on
  EVENT  'ladder' on that channel ]]
--- @include "clock"
local now, kept = milliseconds(), tonumber(ARGV[4])
local text = redis.call('HGET', KEYS[1], ARGV[1])
local before = text and cjson.decode(text)
local version = before and before.untilMs > now and before.version or 0
if version ~= tonumber(ARGV[2]) then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return 1
end
local ladder, reply = cjson.decode(ARGV[3]), 1
ladder.version, ladder.setMs, ladder.untilMs = version + 1, now, now + kept
-- Who notes something beside a step that was taken does not take it again.
local is_new = version == 0 or before.step ~= ladder.step or before.atMs ~= ladder.atMs
if ARGV[5] ~= '' and is_new then
  local last = tonumber(redis.call('HGET', KEYS[2], ARGV[5]) or 0)
  if now - last < tonumber(ARGV[6]) then
    ladder.joinedMs, reply = now - last, 2
  else
    redis.call('HSET', KEYS[2], ARGV[5], now)
    redis.call('PEXPIRE', KEYS[2], ARGV[6])
  end
end
-- An empty list would come back as an object.
if next(ladder.tried) == nil then ladder.tried = nil end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(ladder))
redis.call('PEXPIRE', KEYS[1], kept)
redis.call('PUBLISH', ARGV[7], 'ladder')
return reply
