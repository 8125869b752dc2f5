--[[ complete-1 · answers have come: their slots are free one window after that, or earlier if their lease says so
  KEYS   1 account hash
  ARGV   1 request, JSON: groups [{budgets [{name, window, units}], permits [id], ago [us]}],
           moved [{from {priority, flow}, to {priority, flow}, count}] (optional)
         2 instant (us) for tests, '' = this server's clock
  REPLY  1. Unknown permits are a no-op
  EVENT  {kind: 'come', lane} on <account>:events, when the news is so old that who waits may have been told to come too late ]]
--- @include "clock"
--- @include "protocol"
--- @include "account"
--- @include "order"
--- @include "spending"
--- @include "complete"
local now = microseconds(ARGV[2])
local request = cjson.decode(ARGV[1])
local early = complete_all(request.groups, now)
move_spent(now, request.moved)
if early > 0 then announce(load_waiting(), early, now) end
return 1
