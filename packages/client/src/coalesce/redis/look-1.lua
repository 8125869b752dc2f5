--[[ look-1 · how a round stands
  KEYS   1 question (see join-1)
  ARGV   1 round
  REPLY  {'running', ms of its leader's lease} · {'over', outcome as JSON} · {'gone'} ]]
local round = KEYS[1] .. ':' .. ARGV[1]
local state, outcome = unpack(redis.call('HMGET', round, 'state', 'outcome'))
if not state then return {'gone'} end
if state == 'over' then return {'over', outcome} end
return {'running', redis.call('PTTL', round)}
