--[[ fail-1 · a call got no answer of the broker; enough of them in a row open the circuit, a probe that fails opens it for longer
  KEYS   1 circuit hash (see include/state.lua)
  ARGV   1 how often a probe is looked at   2 failures that open it   3 first pause   4 longest pause
         5 how long failures are remembered   6 how long an open circuit is, after its pause (all but 2 in ms)
         7 code of the failure   8 probe that failed, '' for any other call
  REPLY  state
  EVENT  state on <circuit>:news, unless nothing changed ]]
--- @include "clock"
--- @include "state"
local key, now = KEYS[1], milliseconds()
local look, enough, first, longest, row, kept = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]),
  tonumber(ARGV[5]), tonumber(ARGV[6])
local circuit = circuit_at(key, now)

local function open(since, tries)
  local pause = math.min(longest, first * 2 ^ tries)
  redis.call('HSET', key, 'failures', circuit.failures, 'since', since, 'till', now + pause, 'pause', pause, 'tries', tries,
    'code', ARGV[7])
  redis.call('HDEL', key, 'probe', 'leased', 'lease')
  redis.call('PEXPIRE', key, pause + kept)
  return tell(key, state_of(circuit_at(key, now), now, look))
end

if circuit.open then
  -- Calls that left before the others failed end later; they say nothing new.
  if ARGV[8] == '' or circuit.probe ~= ARGV[8] then return state_of(circuit, now, look) end
  return open(circuit.since, circuit.tries + 1)
end
circuit.failures = circuit.failures + 1
if circuit.failures >= enough then return open(now, 0) end
redis.call('HSET', key, 'failures', circuit.failures)
redis.call('PEXPIRE', key, row)
return tell(key, state_of(circuit, now, look))
