--[[ look-6 · what a process with keys needs to know of a pool; its keys are known as usable for one more lease
  KEYS   1 wants (see want-2)   2 keys, a sorted set of 'keyId room name guards' by the end of its lease   3 plan, JSON
         4 takeovers (see ask-takeover-2)   5 callers (see want-2)   6 ladders (see climb-2)
  ARGV   1 lease, ms   2 how long a name is kept after its lease, ms   3 name, '' of whoever only looks
         4 guards: g where it asks callers for tokens, - otherwise   5… keyId, room of each key that it can open a socket with
  REPLY  {now, wants, {keyId, room, name, guards, end of its lease} …, plan or '', takeovers as HGETALL,
         callers as HGETALL for whoever has a name, ladders as HGETALL} ]]
--- @include "clock"
local now, lease = milliseconds(), tonumber(ARGV[1])
for index = 5, #ARGV, 2 do
  -- Its word of before may have had another room.
  for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
    local id, name = member:match('^(%S+) %d+ (%S+) %S$')
    if id == ARGV[index] and name == ARGV[3] then redis.call('ZREM', KEYS[2], member) end
  end
  redis.call('ZADD', KEYS[2], now + lease, table.concat({ARGV[index], ARGV[index + 1], ARGV[3], ARGV[4]}, ' '))
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[2]))
redis.call('PEXPIRE', KEYS[2], lease * 4 + tonumber(ARGV[2]))
local keys = {}
local stored = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
for index = 1, #stored, 2 do
  local id, room, name, guards = stored[index]:match('^(%S+) (%d+) (%S+) (%S)$')
  if id then keys[#keys + 1] = {id, tonumber(room), name, guards, stored[index + 1]} end
end
local wants, callers = redis.call('ZRANGE', KEYS[1], 0, -1), {}
if ARGV[3] ~= '' then
  local there = {}
  for _, member in ipairs(wants) do there[member:match('^%S+')] = true end
  for _, consumer in ipairs(redis.call('HKEYS', KEYS[5])) do
    if not there[consumer] then redis.call('HDEL', KEYS[5], consumer) end
  end
  callers = redis.call('HGETALL', KEYS[5])
end
return {now, wants, keys, redis.call('GET', KEYS[3]) or '', redis.call('HGETALL', KEYS[4]), callers,
  redis.call('HGETALL', KEYS[6])}
