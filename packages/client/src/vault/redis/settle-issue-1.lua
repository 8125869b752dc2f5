--[[ settle-issue-1 · the broker has counted the token request: its minute ends so long from now
  KEYS   1 cooldown
  ARGV   1 cooldown (ms), 0 when nothing arrived at the broker   2 issuer: ends only a cooldown of its own
  REPLY  1 ]]
if tonumber(ARGV[1]) > 0 then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
elseif redis.call('GET', KEYS[1]) == ARGV[2] then
  redis.call('DEL', KEYS[1])
end
return 1
