-- Answers have come: as completeAll in ledger/arithmetic/account.ts. `groups`: budgets, permits and how long ago, us. Returns
-- how many slots come free that who waits may have been told to come too late for.
local latest_news = 5000

local function complete_all(groups, now)
  local early = 0
  for _, group in ipairs(groups) do
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
  return early
end
