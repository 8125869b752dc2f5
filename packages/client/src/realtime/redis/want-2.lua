--[[ want-2 · one consumer says what it wants; what it no longer names it has given back
  KEYS   1 wants, a sorted set of 'consumer priority raw feed' by the end of its lease (ms)   2 callers, a hash of tokens by consumer
  ARGV   1 consumer   2 lease, ms   3 the token that says who it is, or ''   4… 'priority raw feed' of each want
  REPLY  1 when something came or went
  EVENT  'wants' on <wants>:changes then ]]
--- @include "clock"
local key, consumer, lease, token = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3]
local now, changed = milliseconds(), 0
local named = {}
for index = 4, #ARGV do
  local member = consumer .. ' ' .. ARGV[index]
  named[member] = true
  changed = changed + redis.call('ZADD', key, now + lease, member)
end
for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do
  if member:sub(1, #consumer + 1) == consumer .. ' ' and not named[member] then
    changed = changed + redis.call('ZREM', key, member)
  end
end
if (redis.call('HGET', KEYS[2], consumer) or '') ~= token then changed = changed + 1 end
if token == '' or #ARGV < 4 then redis.call('HDEL', KEYS[2], consumer) else redis.call('HSET', KEYS[2], consumer, token) end
redis.call('PEXPIRE', key, lease * 4)
redis.call('PEXPIRE', KEYS[2], lease * 4)
if changed == 0 then return 0 end
redis.call('PUBLISH', key .. ':changes', 'wants')
return 1
