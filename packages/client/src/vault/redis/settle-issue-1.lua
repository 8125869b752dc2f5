--[[ settle-issue-1 · the broker has counted the token request: its minute ends so long from now
  KEYS   1 cooldown
  ARGV   1 cooldown (ms), 0 when nothing arrived at the broker   2 name of the attempt: shortens only a cooldown of its own
  REPLY  1 ]]
local own = redis.call('GET', KEYS[1]) == ARGV[2]
if tonumber(ARGV[1]) == 0 then
  if own then redis.call('DEL', KEYS[1]) end
elseif own or redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  -- That of somebody else may cover a request that is still on its way: it only ever gets longer.
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
end
return 1
