--[[ refuse-1 · remember for a while that the broker will not issue, and announce it
  KEYS   1 refusal
  ARGV   1 refusal as JSON   2 milliseconds   3 channel
  REPLY  1 ]]
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('PUBLISH', ARGV[3], 'refused')
return 1
