--[[ step-takeover-1 · somebody goes on with a hand-over: each state has one step that leads on, and one that ends it
  KEYS   1 takeovers (see ask-takeover-2)
  ARGV   1 keyId   2 id of the takeover   3 accept, refuse, yield or withdraw   4 name   5 why   6 how long the new state lasts, ms
         7 channel
  REPLY  1 · 0: it is over, or in another state
  EVENT  'takeover' on that channel ]]
--- @include "clock"
--- @include "takeover"
local now, step = milliseconds(), ARGV[3]
local takeover = takeover_of(KEYS[1], ARGV[1], now)
if not takeover or takeover.id ~= ARGV[2] then return 0 end
if step == 'withdraw' then
  if takeover.state == 'yielding' then return 0 end
  redis.call('HDEL', KEYS[1], ARGV[1])
elseif step == 'refuse' then
  if takeover.state ~= 'asked' then return 0 end
  takeover.refusals[ARGV[4]] = ARGV[5]
elseif step == 'accept' then
  if takeover.state ~= 'asked' then return 0 end
  takeover.state, takeover.to, takeover.untilMs = 'accepted', ARGV[4], now + tonumber(ARGV[6])
else
  if takeover.state ~= 'accepted' then return 0 end
  takeover.state, takeover.untilMs = 'yielding', now + tonumber(ARGV[6])
end
if step ~= 'withdraw' then redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(takeover)) end
redis.call('PUBLISH', ARGV[7], 'takeover')
return 1
