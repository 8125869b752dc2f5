--[[ states-n · where a newcomer begins to read
  KEYS   session hash, stream, feeds of each key
  REPLY  for each {last id or '0-0', generation, seq, through, feeds as HGETALL} ]]
local states = {}
for index = 1, #KEYS, 3 do
  local session = redis.call('HMGET', KEYS[index], 'generation', 'seq', 'through')
  local last = redis.call('XREVRANGE', KEYS[index + 1], '+', '-', 'COUNT', 1)
  states[#states + 1] = {
    last[1] and last[1][1] or '0-0', tonumber(session[1] or 0), tonumber(session[2] or 0), session[3] or '0',
    redis.call('HGETALL', KEYS[index + 2])
  }
end
return states
