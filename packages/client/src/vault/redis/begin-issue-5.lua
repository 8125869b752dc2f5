--[[ begin-issue-5 · start the cooldown of a token request, unless one is running
  KEYS   1 cooldown   2 blessing: run_id of a server that its starter knows to be free of older cooldowns
         3 epoch: run_id of the server that this vault was begun on   4 hold: there for a day after a new epoch
         5 attempts: sorted set of the instants at which somebody was let go (epoch ms), two days of them
  ARGV   1 run_id of this server   2 cooldown (ms)   3 name of the attempt
  REPLY  -1 go: this caller alone may ask the broker · otherwise the milliseconds to wait ]]
if redis.call('GET', KEYS[2]) ~= ARGV[1] and redis.call('GET', KEYS[3]) ~= ARGV[1] then
  redis.call('SET', KEYS[3], ARGV[1])
  redis.call('SET', KEYS[4], '1', 'PX', 86400000)
end
-- A restarted server may have lost a running cooldown, and each identity has one of its own length: let that pass.
local cooldown, left = tonumber(ARGV[2]), redis.call('PTTL', KEYS[4])
-- More than a day: the server's clock was set back, so count from now.
if left > 86400000 then redis.call('PEXPIRE', KEYS[4], 86400000) end
local held = cooldown - (86400000 - math.min(left, 86400000))
if left > 0 and held > 0 then return held end
if not redis.call('SET', KEYS[1], ARGV[3], 'NX', 'PX', ARGV[2]) then
  return math.max(1, redis.call('PTTL', KEYS[1]))
end
local time, two_days = redis.call('TIME'), 172800000
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[5], now, now)
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', now - two_days)
redis.call('PEXPIRE', KEYS[5], two_days)
return -1
