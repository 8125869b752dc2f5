--[[ probe-1 · asks to let one call through an open circuit
  KEYS   1 circuit hash (see include/state.lua)
  ARGV   1 how often a probe is looked at (ms)   2 name of the probe   3 its lease (ms)   4 how long the circuit is remembered
           after it (ms)
  REPLY  {'go'} · state: it is closed, its pause is not over, or another probe is under way ]]
--- @include "clock"
--- @include "state"
local now = milliseconds()
local circuit = circuit_at(KEYS[1], now)
if not circuit.open or circuit.till > now or circuit.leased > now then return state_of(circuit, now, tonumber(ARGV[1])) end
redis.call('HSET', KEYS[1], 'probe', ARGV[2], 'leased', now + ARGV[3], 'lease', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[3] + ARGV[4])
return {'go'}
