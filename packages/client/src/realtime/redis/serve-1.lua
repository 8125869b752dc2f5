--[[ serve-1 · a process with keys says that it holds the feeds of a pool also for programs that have none
  KEYS   1 served, a sorted set of 'pool name' by the end of its lease (ms)
  ARGV   1 pool   2 name   3 lease, ms; 0: it leaves
  REPLY  1 ]]
--- @include "clock"
local member, lease = ARGV[1] .. ' ' .. ARGV[2], tonumber(ARGV[3])
if lease == 0 then
  redis.call('ZREM', KEYS[1], member)
else
  redis.call('ZADD', KEYS[1], milliseconds() + lease, member)
  redis.call('PEXPIRE', KEYS[1], lease * 4)
end
return 1
