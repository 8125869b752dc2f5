--[[ cancel-n · a permit that was never sent frees its slot now
  KEYS   one sorted set per budget
  ARGV   1 permit id
  REPLY  1. An unknown permit is a no-op ]]
for index = 1, #KEYS do
  redis.call('ZREM', KEYS[index], ARGV[1])
end
return 1
