--[[ withdraw-2 · the caller of a call has gone: nobody starts it any more, and whoever makes it is told
  KEYS   1 marker of the answer   2 fence of the call
  ARGV   1 run_id of this server   2 milliseconds that the marker lives   3 channel   4 call id
  REPLY  'answered' its answer is in the stream · 'unsent' an order that was not sent and never will be
         'started' an order that may have been sent · 'lost' an order of which nobody knows
         (a call without a fence is always 'lost') ]]
if not redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[2]) then return 'answered' end
redis.call('PUBLISH', ARGV[3], ARGV[4])
local state = redis.call('GET', KEYS[2])
if not state then return 'lost' end
if state == 'open:' .. ARGV[1] then
  redis.call('SET', KEYS[2], 'over', 'KEEPTTL')
  return 'unsent'
end
if string.sub(state, 1, 5) == 'open:' then return 'lost' end
redis.call('SET', KEYS[2], 'over', 'KEEPTTL')
return 'started'
