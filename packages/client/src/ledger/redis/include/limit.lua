-- What is known of limits: as in ledger/arithmetic/limit.ts and share.ts.
local second = 1000000
local believed_for, renewed_below = 15 * second, 12 * second
local widen_every = {refused = 60 * second, told = 600 * second}
local told_for = 3600 * second
local kept_share, burst_windows = 0.85, 2

local function believe(account, budget, now)
  local state = account.limits[budget.name]
  if not state then
    state = {believed_until = 0, paced = 0}
    account.limits[budget.name] = state
  end
  if state.believed_until > now then
    if state.believed < budget.limit then return end
    local fresh = state.believed_until - now > renewed_below
    if fresh and state.believed == budget.limit and state.window == budget.window then return end
  end
  state.window, state.believed, state.believed_until = budget.window, budget.limit, now + believed_for
  mark(account, 'b:', budget.name)
end

local function limit_of(state, now)
  local learned = state.learned
  if not learned then return state.believed end
  local since = now - learned.at
  local widened = learned.told and math.floor(math.max(0, since - told_for) / widen_every.told)
    or math.floor(since / widen_every.refused)
  return math.min(state.believed, learned.limit + widened)
end

-- Returns the new limit when it changed.
local function narrow(account, budget, told, now)
  if not account.limits[budget.name] then believe(account, budget, now) end
  local state = account.limits[budget.name]
  local limit = limit_of(state, now)
  if told and told >= 1 then
    state.learned = {limit = told, at = now, told = true}
  else
    local learned = state.learned
    if learned and now - learned.at < burst_windows * state.window then return nil end
    state.learned = {limit = math.max(1, math.min(limit - 1, math.floor(limit * kept_share))), at = now, told = false}
  end
  mark(account, 'b:', budget.name)
  return limit_of(state, now)
end

local function drain_of(p)
  return p.horizon + p.maxDeadline + p.shareWindow
end

-- Slots that a part may stand for, by this limit or by a smaller one that its holder has heard of.
local function share_of(part, limit, window, p)
  local pool = (window > 0 and window <= p.shareWindow) and math.floor(limit * p.sharedPart) or 0
  return math.ceil(math.max(0, part.high - part.low) * pool / whole_line)
end

local function share_end(member, p)
  return member.seen + p.shareLease + drain_of(p)
end

local function forgets(account, now, p)
  return account.since ~= nil and now < account.since + p.shareLease + drain_of(p)
end

local function reserved_of(account, state, now, p)
  local limit, reserved = limit_of(state, now), 0
  for _, member in pairs(account.members) do
    if now >= member.seen + p.overdue and now < share_end(member, p) then
      reserved = reserved + share_of(member.part, limit, state.window, p)
    end
  end
  if forgets(account, now, p) then
    for _, part in ipairs(account.old) do reserved = reserved + share_of(part, limit, state.window, p) end
  end
  return reserved
end

local function held_until(account, window, p)
  if not account.since then return 0 end
  return account.since + math.max(p.horizon + p.maxDeadline + window, window == 0 and p.holdLease or 0)
end
