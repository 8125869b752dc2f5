--[[ end-1 · the holder of a session ends by itself
  KEYS   1 session hash (see begin-3)
  ARGV   1 generation
  REPLY  1 · 0: another holder has begun ]]
if tonumber(redis.call('HGET', KEYS[1], 'generation') or 0) ~= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'ended', 1)
return 1
