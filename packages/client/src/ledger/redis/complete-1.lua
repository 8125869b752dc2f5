--[[ complete-1 · answers have come: their slots are free one window after that, or earlier if their lease says so
  KEYS   1 account hash
  ARGV   1 request, JSON: groups [{budgets [{name, window, units}], permits [id], ago [us]}]
         2 instant (us) for tests, '' = this server's clock
  REPLY  1. Unknown permits are a no-op
  EVENT  {kind: 'come', lane} on <account>:events, when the news is so old that who waits may have been told to come too late ]]
--- @include "clock"
--- @include "protocol"
--- @include "account"
--- @include "order"
local request = cjson.decode(ARGV[1])
local now = microseconds(ARGV[2])
local latest_news = 5000
local early = 0
for _, group in ipairs(request.groups) do
  for _, budget in ipairs(group.budgets) do
    local pairs_, units = {}, units_of(budget)
    for index, permit in ipairs(group.permits) do
      local ends = whole(now - group.ago[index] + budget.window)
      for unit = 0, units - 1 do
        pairs_[#pairs_ + 1] = ends
        pairs_[#pairs_ + 1] = unit == 0 and permit or permit .. '+' .. unit
      end
    end
    in_parts(pairs_, function(...) redis.call('ZADD', slots_key(budget.name), 'XX', 'LT', ...) end)
    -- What was held is free now.
    if budget.window == 0 then early = early + #group.permits end
  end
  for _, ago in ipairs(group.ago) do
    if ago > latest_news then early = early + 1 end
  end
end
if early > 0 then announce(load_waiting(), early, now) end
return 1
