-- What a lane gets: as in ledger/arithmetic/plan.ts. `given`: lanes, per budget the slots that are wanted and the most units
-- that one permit takes, most, horizon.
local farthest_look = 128
local longest_away, urgent_for = 1000000, 10000000

local function capacity_of(account, name, now, p)
  local state = account.limits[name]
  return limit_of(state, now) - reserved_of(account, state, now, p)
end

-- Whether there is a slot now for everybody who wants one and half of them are left over: nobody's turn has to be weighed.
local function is_ample(account, mine, wanted, now, p)
  if mine.priority == 'backfill' then return false end
  for _, budget in ipairs(mine.budgets) do
    if held_until(account, account.limits[budget.name].window, p) > now then return false end
    local capacity = capacity_of(account, budget.name, now, p)
    local rank = capacity - wanted[budget.name] - math.ceil(capacity / 2)
    if rank < 0 then return false end
    local busy = redis.call('ZREVRANGE', slots_key(budget.name), rank, rank, 'WITHSCORES')
    if busy[2] and tonumber(busy[2]) > now then return false end
  end
  return true
end

-- The instants at which slots of a budget come free for certain, one after the other.
local function look_at(account, name, want, most_units, now, p)
  local state = account.limits[name] or {window = 0, believed = 0, believed_until = 0, paced = 0}
  local limit = limit_of(state, now)
  local capacity = limit - reserved_of(account, state, now, p)
  local count = math.min(want + 1, math.max(farthest_look, most_units))
  local free = {}
  if capacity >= 1 then
    local lowest = math.max(0, capacity - count)
    local busy = redis.call('ZREVRANGE', slots_key(name), lowest, capacity - 1, 'WITHSCORES')
    for index = 0, count - 1 do
      local rank = capacity - 1 - index
      if rank < 0 then free[index + 1] = free[index - capacity + 1] + math.max(1000, state.window)
      else free[index + 1] = math.max(now, tonumber(busy[2 * (rank - lowest) + 2] or 0)) end
    end
  else
    for index = 1, count do free[index] = math.huge end
  end
  return {window = state.window, limit = limit, capacity = capacity, held = held_until(account, state.window, p), free = free,
    sure = math.min(capacity, count), used = 0, paced = state.paced}
end

local function free_for(look, units, now)
  return look.free[look.used + units] or math.max(now, look.free[#look.free] or now) + math.max(1000, look.window)
end

local function free_start(lane, looks, now)
  local start = now
  for _, budget in ipairs(lane.budgets) do
    local look = looks[budget.name]
    start = math.max(start, look.held, free_for(look, budget.units, now))
  end
  return start
end

-- A slot is granted for its next use only: when that will be over nobody knows yet.
local function is_sure(lane, looks)
  for _, budget in ipairs(lane.budgets) do
    local look = looks[budget.name]
    if look.used + budget.units > look.sure then return false end
  end
  return true
end

-- A permit that takes more slots than there are, since the limit was narrowed, waits without keeping the others waiting.
local function fits(lane, looks)
  for _, budget in ipairs(lane.budgets) do
    if budget.units > looks[budget.name].capacity then return false end
  end
  return true
end

-- Backfills keep an even distance, in whole milliseconds, where others are in a hurry, and where several slots lie idle.
local function pace_of(lane, looks, spread, now)
  if lane.priority ~= 'backfill' then return now end
  local start = now
  for _, budget in ipairs(lane.budgets) do
    local look = looks[budget.name]
    local idle = (look.free[look.used + 2] or math.huge) <= now
    if (spread or idle) and look.paced > 0 then
      start = math.max(start, look.paced + math.floor(look.window / 1000 / math.max(1, look.limit)) * 1000)
    end
  end
  return start
end

-- A slot that will be used takes its place everywhere; one that is far off only where it is waited for.
local function spend(lane, looks, start, near, now)
  for _, budget in ipairs(lane.budgets) do
    local look = looks[budget.name]
    if near or free_for(look, budget.units, now) >= start then
      look.used = look.used + budget.units
      if lane.priority == 'backfill' and start < math.huge then look.paced = math.max(look.paced, start) end
    end
  end
end

-- Answers that are still to come free no slot before one window has passed.
local function come_back(mine, looks, paced, now, horizon)
  local soonest = paced
  for _, budget in ipairs(mine.budgets) do
    local look = looks[budget.name]
    local window = look.window == 0 and longest_away or look.window
    soonest = math.max(soonest, look.held, math.min(free_for(look, budget.units, now), now + window))
  end
  return math.max(now + 1000, soonest - horizon)
end

local function remember_turns(account, lane, turns)
  local key = flow_key(lane)
  account.time[lane.priority] = math.max(turns.time[lane.priority], account.time[lane.priority] or 0)
  account.next[key] = turns.next[key]
  mark(account, 't:', lane.priority)
  mark(account, 'n:', key)
end

-- Only turns that were really taken are kept, and the virtual time never runs past a caller that waits.
local function charge_turn(account, mine)
  local was, soonest = account.time[mine.priority] or 0, math.huge
  for _, lane in pairs(account.lanes) do
    if lane.priority == mine.priority then soonest = math.min(soonest, account.next[flow_key(lane)] or was) end
  end
  local time, key = math.max(was, soonest), flow_key(mine)
  account.time[mine.priority] = time
  account.next[key] = math.max(time, account.next[key] or 0) + 1 / mine.weight
  mark(account, 't:', mine.priority)
  mark(account, 'n:', key)
end

-- Whether somebody else of its class waits; a turn costs nobody anything otherwise.
local function is_contested(account, mine)
  for _, lane in pairs(account.lanes) do
    if lane ~= mine and lane.priority == mine.priority then return true end
  end
  return false
end

-- Returns the starts that are granted, when to come for the rest, and whether there is plenty.
local function plan(account, mine, given, now, p)
  local starts = {}
  if is_ample(account, mine, given.wanted, now, p) then
    local count = math.min(mine.want, given.most)
    for index = 1, count do starts[index] = now end
    local turns = take_turns(mine, account, count)
    if is_contested(account, mine) then remember_turns(account, mine, turns) end
    return starts, nil, true
  end
  local looks = {}
  for name, want in pairs(given.wanted) do looks[name] = look_at(account, name, want, given.units[name], now, p) end
  if not fits(mine, looks) then return starts, come_back(mine, looks, now, now, given.horizon) end
  local fitting = {}
  for _, lane in ipairs(given.lanes) do
    if fits(lane, looks) then fitting[#fitting + 1] = lane end
  end
  local paper, spread = turns_on_paper(account), now - account.urgent < urgent_for
  for turn = 1, most_turns do
    if mine.want == 0 then return starts, nil end
    local lane = pick(fitting, paper)
    local paced = pace_of(lane, looks, spread, now)
    local start = math.max(paced, free_start(lane, looks, now))
    if lane == mine then
      if start > now + given.horizon or #starts >= given.most or not is_sure(mine, looks) then
        return starts, come_back(mine, looks, paced, now, given.horizon)
      end
      starts[#starts + 1] = start
    end
    spend(lane, looks, start, start <= now + p.horizon, now)
    take_turn(lane, paper, now, turn)
    if lane == mine then charge_turn(account, mine) end
  end
  if mine.want == 0 then return starts, nil end
  return starts, math.max(now + 1000, now + longest_away - given.horizon)
end
