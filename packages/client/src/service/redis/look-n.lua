--[[ look-n · the time, and when workers were last there
  KEYS   one sorted set per broker: worker → instant (milliseconds) at which it was last there
  REPLY  {now (milliseconds), then per broker: milliseconds since a worker was there (-1 never),
         milliseconds since one ended or was there (-1 never)} ]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local reply = {string.format('%.0f', now)}
for index = 1, #KEYS do
  local there, seen = -1, -1
  local all = redis.call('ZRANGE', KEYS[index], 0, -1, 'WITHSCORES')
  for place = 1, #all, 2 do
    local age = math.max(0, now - tonumber(all[place + 1]))
    if all[place] ~= '(ended)' and (there == -1 or age < there) then there = age end
    if seen == -1 or age < seen then seen = age end
  end
  reply[#reply + 1] = there
  reply[#reply + 1] = seen
end
return reply
