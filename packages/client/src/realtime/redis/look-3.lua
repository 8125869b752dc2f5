--[[ look-3 · what a process with keys needs to know of a pool; its keys are known as usable for one more lease
  KEYS   1 wants (see want-1)   2 keys, a sorted set of 'keyId room' by the end of its lease   3 plan, JSON
  ARGV   1 lease, ms   2… keyId, room of each key that this process can open a socket with
  REPLY  {now, wants, {keyId, room} …, plan or ''} ]]
--- @include "clock"
local now, lease = milliseconds(), tonumber(ARGV[1])
for index = 2, #ARGV, 2 do redis.call('ZADD', KEYS[2], now + lease, ARGV[index] .. ' ' .. ARGV[index + 1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
redis.call('PEXPIRE', KEYS[2], lease * 4)
local keys = {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  local id, room = member:match('^(%S+) (%d+)$')
  keys[#keys + 1] = {id, tonumber(room)}
end
return {now, redis.call('ZRANGE', KEYS[1], 0, -1), keys, redis.call('GET', KEYS[3]) or ''}
