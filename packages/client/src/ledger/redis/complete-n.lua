--[[ complete-n · the answer has come: the slot is free one window from now
  KEYS   one sorted set per budget
  ARGV   1 permit id   then per budget: window (us)
  REPLY  1. An unknown permit, or one whose lease ends earlier, is a no-op ]]
--- @include "clock"
local now = microseconds()
for index = 1, #KEYS do
  redis.call('ZADD', KEYS[index], 'XX', 'LT', whole(now + tonumber(ARGV[index + 1])), ARGV[1])
end
return 1
