-- Who spent how much: as in ledger/arithmetic/spending.ts. One hash per account and ten seconds, `+|- <priority> <flow>`, parts
-- between tabs → permits granted and given back. Sums are those of the slots: both are written by the same script.
local span, kept_ms = 10000000, 90000000

local function spending_key(at)
  return KEYS[1] .. ':spent:' .. whole(at)
end

-- What is held is no call.
local function is_call(budgets)
  for _, budget in ipairs(budgets) do
    if budget.window > 0 then return true end
  end
  return false
end

local function count_spent(now, sign, spender, count)
  local key = spending_key(math.floor(now / span))
  local field = sign .. '\t' .. spender.priority .. '\t' .. spender.flow
  if redis.call('HINCRBY', key, field, count) == count then redis.call('PEXPIRE', key, kept_ms) end
end

-- Slots that were booked for one spender and taken by another one of the same process.
local function move_spent(now, moves)
  for _, move in ipairs(moves or {}) do
    count_spent(now, '+', move.from, -move.count)
    count_spent(now, '+', move.to, move.count)
  end
end

-- A member counts what it granted on its share from its start on; what it was told before is not counted again.
local function count_on_share(now, member, tallies)
  local key = KEYS[1] .. ':spent:share'
  for _, tally in ipairs(tallies or {}) do
    local field = member .. '\t' .. tally.priority .. '\t' .. tally.flow
    local before = math.max(tally.before, tonumber(redis.call('HGET', key, field) or 0))
    if tally.total > before then
      count_spent(now, '+', tally, tally.total - before)
      redis.call('HSET', key, field, tally.total)
      redis.call('PEXPIRE', key, kept_ms)
    end
  end
end
