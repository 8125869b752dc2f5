--[[ save-3 · store a token record and announce it, if nobody stored a newer one meanwhile
  KEYS   1 record hash   2 refusal   3 issues: sorted set of generations by the server's clock (epoch ms), two days of them
  ARGV   1 generation that was read   2 channel   3 lifetime of the record (ms)   then field, value …
  REPLY  1 stored · 0 the stored generation is another one ]]
local stored = redis.call('HGET', KEYS[1], 'generation') or '0'
if stored ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local time, two_days = redis.call('TIME'), 172800000
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[3], now, redis.call('HGET', KEYS[1], 'generation'))
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - two_days)
redis.call('PEXPIRE', KEYS[3], two_days)
redis.call('PUBLISH', ARGV[2], 'saved')
return 1
