--[[ attend-1 · a worker takes the calls of a broker, or has ended
  KEYS   1 sorted set: worker → instant (milliseconds) at which it was last there
  ARGV   1 worker   2 milliseconds that the set lives   3 1 there, 0 ended
  REPLY  1
  One that has ended leaves the instant under a name of its own, so that callers can tell a restart from nobody ever. ]]
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - ARGV[2]))
if ARGV[3] == '1' then
  redis.call('ZADD', KEYS[1], now, ARGV[1])
else
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('ZADD', KEYS[1], now, '(ended)')
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
