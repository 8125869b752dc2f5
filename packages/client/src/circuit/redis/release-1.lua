--[[ release-1 · a probe told nothing about the broker: another call may be let through
  KEYS   1 circuit hash (see include/state.lua)
  ARGV   1 name of the probe
  REPLY  1 · 0 it was not under way any more ]]
if redis.call('HGET', KEYS[1], 'probe') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'probe', 'leased', 'lease')
return 1
