--[[ begin-2 · a process begins to hold the session of a key: all before it are superseded
  KEYS   1 session hash {generation, seq, through, holder, since, ended}   2 feeds, a hash of JSON by feed
  ARGV   1 holder
  REPLY  {generation, seq, through, 1 when the holder before has ended by itself, feeds as HGETALL} ]]
--- @include "clock"
local old = redis.call('HMGET', KEYS[1], 'seq', 'through', 'ended')
local generation = redis.call('HINCRBY', KEYS[1], 'generation', 1)
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'since', milliseconds())
redis.call('HDEL', KEYS[1], 'ended')
return {generation, tonumber(old[1] or 0), old[2] or '0', old[3] and 1 or 0, redis.call('HGETALL', KEYS[2])}
