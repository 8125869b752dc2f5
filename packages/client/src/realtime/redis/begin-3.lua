--[[ begin-3 · a process begins to hold the session of a key: all before it are superseded
  KEYS   1 session hash {generation, seq, through, holder, since, ended, from, reason, handed}   2 feeds, a hash of JSON by feed
         3 takeovers (see ask-takeover-2)
  ARGV   1 holder   2 keyId
  REPLY  {generation, seq, through, 1 when the holder before has ended by itself, feeds as HGETALL}
         · 0: the session is on its way to another process ]]
--- @include "clock"
--- @include "takeover"
local now = milliseconds()
local takeover = takeover_of(KEYS[3], ARGV[2], now)
if takeover and takeover.state == 'yielding' then
  if takeover.to ~= ARGV[1] then return 0 end
  redis.call('HSET', KEYS[1], 'from', takeover.from, 'reason', takeover.reason, 'handed', now)
end
-- Whoever has begun is not the one that somebody wanted to be rid of.
redis.call('HDEL', KEYS[3], ARGV[2])
local old = redis.call('HMGET', KEYS[1], 'seq', 'through', 'ended')
local generation = redis.call('HINCRBY', KEYS[1], 'generation', 1)
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'since', now)
redis.call('HDEL', KEYS[1], 'ended')
return {generation, tonumber(old[1] or 0), old[2] or '0', old[3] and 1 or 0, redis.call('HGETALL', KEYS[2])}
