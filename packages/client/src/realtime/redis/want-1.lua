--[[ want-1 · one consumer says what it wants; what it no longer names it has given back
  KEYS   1 wants, a sorted set of 'consumer priority raw feed' by the end of its lease (ms)
  ARGV   1 consumer   2 lease, ms   3… 'priority raw feed' of each want
  REPLY  1 when something came or went
  EVENT  'wants' on <wants>:changes then ]]
--- @include "clock"
local key, consumer, lease = KEYS[1], ARGV[1], tonumber(ARGV[2])
local now, changed = milliseconds(), 0
local named = {}
for index = 3, #ARGV do
  local member = consumer .. ' ' .. ARGV[index]
  named[member] = true
  changed = changed + redis.call('ZADD', key, now + lease, member)
end
for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do
  if member:sub(1, #consumer + 1) == consumer .. ' ' and not named[member] then
    changed = changed + redis.call('ZREM', key, member)
  end
end
redis.call('PEXPIRE', key, lease * 4)
if changed == 0 then return 0 end
redis.call('PUBLISH', key .. ':changes', 'wants')
return 1
