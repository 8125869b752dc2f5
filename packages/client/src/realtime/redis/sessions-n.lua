--[[ sessions-n · who holds the session of each key, and what is known of its feeds
  KEYS   session hash (see begin-3), feeds of each key
  REPLY  for each {generation, holder, since, through, 1 when it has ended by itself, from, reason, handed, feeds as HGETALL} ]]
local sessions = {}
for index = 1, #KEYS, 2 do
  local names = {'generation', 'holder', 'since', 'through', 'ended', 'from', 'reason', 'handed'}
  local known = redis.call('HMGET', KEYS[index], unpack(names))
  for at = 1, #names do known[at] = known[at] or '' end
  known[#known + 1] = redis.call('HGETALL', KEYS[index + 1])
  sessions[#sessions + 1] = known
end
return sessions
