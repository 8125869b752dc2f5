--[[ refuse-2 · remember for a while that the broker will not issue, and announce it, if nobody stored a token meanwhile
  KEYS   1 refusal   2 record hash
  ARGV   1 refusal as JSON   2 milliseconds   3 channel   4 generation that was read
  REPLY  1 remembered · 0 the stored generation is another one ]]
if (redis.call('HGET', KEYS[2], 'generation') or '0') ~= ARGV[4] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('PUBLISH', ARGV[3], 'refused')
return 1
