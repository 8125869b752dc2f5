--[[ heal-1 · the broker has answered: the circuit is closed, and no failure is remembered
  KEYS   1 circuit hash (see include/state.lua)
  REPLY  1 · 0 there was nothing to forget
  EVENT  {'closed', 0} on <circuit>:news, with reply 1 ]]
--- @include "state"
if redis.call('DEL', KEYS[1]) == 0 then return 0 end
tell(KEYS[1], {'closed', 0})
return 1
