--[[ look-1 · how a circuit stands
  KEYS   1 circuit hash (see include/state.lua)
  ARGV   1 how often a probe is looked at (ms)
  REPLY  state ]]
--- @include "clock"
--- @include "state"
local now = milliseconds()
return state_of(circuit_at(KEYS[1], now), now, tonumber(ARGV[1]))
