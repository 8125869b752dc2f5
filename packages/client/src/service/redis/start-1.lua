--[[ start-1 · the last question before an order leaves: is the leave to send it mine?
  KEYS   1 fence of the call
  ARGV   1 run_id of this server   2 id of this pick-up   3 deadline (milliseconds, clock of this server)
  REPLY  'go' · 'late' · 'taken' another pick-up had the leave, and has it no more · 'over' withdrawn
         'lost' nobody knows what became of it: the server has forgotten, or is another one ]]
local state = redis.call('GET', KEYS[1])
if not state then return 'lost' end
local time = redis.call('TIME')
local late = time[1] * 1000 + time[2] / 1000 >= tonumber(ARGV[3])
if state == 'open:' .. ARGV[1] or state == 'started:' .. ARGV[2] then
  if late then return 'late' end
  redis.call('SET', KEYS[1], 'started:' .. ARGV[2], 'KEEPTTL')
  return 'go'
end
if string.sub(state, 1, 8) == 'started:' or state == 'taken' then
  redis.call('SET', KEYS[1], 'taken', 'KEEPTTL')
  return 'taken'
end
if state == 'over' then return 'over' end
return 'lost'
