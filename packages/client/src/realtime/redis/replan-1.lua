--[[ replan-1 · a new plan takes the place of the one that it was made from
  KEYS   1 plan, JSON with a version
  ARGV   1 version of the plan before   2 the new one   3 how long it is kept, ms   4 channel
  REPLY  1 taken · 0: another one has come meanwhile
  EVENT  'plan' on that channel ]]
local stored = redis.call('GET', KEYS[1])
local version = stored and cjson.decode(stored).version or 0
if version ~= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('PUBLISH', ARGV[4], 'plan')
return 1
