--[[ cancel-1 · permits that were never sent free their slots now, and a lane without waiters gives its turn up
  KEYS   1 account hash
  ARGV   1 request, JSON: permits [{permit, budgets [{name, window, units}], priority and flow (optional)}], lane (optional)
         2 instant (us) for tests, '' = this server's clock
  REPLY  1. Unknown permits and lanes are a no-op
  EVENT  {kind: 'come', lane} on <account>:events, for as many lanes as something has come free ]]
--- @include "clock"
--- @include "protocol"
--- @include "account"
--- @include "order"
--- @include "spending"
local request = cjson.decode(ARGV[1])
local now = microseconds(ARGV[2])
local freed = 0
for _, given in ipairs(request.permits) do
  local before = freed
  for _, budget in ipairs(given.budgets) do
    in_parts(slot_ids(given.permit, units_of(budget)), function(...)
      freed = freed + redis.call('ZREM', slots_key(budget.name), ...)
    end)
  end
  -- Whether it was granted at all, its sender need not know.
  if freed > before and given.flow and is_call(given.budgets) then count_spent(now, '-', given, 1) end
end
if request.lane then freed = freed + redis.call('HDEL', KEYS[1], 'l:' .. request.lane) end
if freed > 0 then announce(load_waiting(), freed, now) end
return 1
