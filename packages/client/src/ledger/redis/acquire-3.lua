--[[ acquire-3 · registers the waiters of one lane and grants what their turn allows; the turns of others are kept
  KEYS   1 account hash (see include/account.lua)   2 epoch: run_id and instant since when this server remembers
         3 blessing: run_id of a server that its starter knows to be free of older leases
  ARGV   1 request, JSON: lane, member, budgets [{name, limit, window, units}], priority, flow, weight, waited, want, first, most,
           lease, horizon, notAfter (optional), answered and moved (optional, as in complete-1, said along), protocol {…} (optional)
           — all times in microseconds
         2 run_id of this server   3 instant (us) for tests, '' = this server's clock
  REPLY  {'granted', now, held 1 or 0, ample 1 or 0, come in us or -1, starts in us …} · {'stale', now} · {'unknown', now}
  EVENT  as complete-1 ]]
--- @include "clock"
--- @include "protocol"
--- @include "account"
--- @include "limit"
--- @include "order"
--- @include "spending"
--- @include "complete"
--- @include "plan"
local request, run_id = cjson.decode(ARGV[1]), ARGV[2]
local now = microseconds(ARGV[3])
local p = protocol(request.protocol)
-- True whatever becomes of the question.
if request.answered then
  local early = complete_all(request.answered, now)
  if early > 0 then announce(load_waiting(), early, now) end
end
move_spent(now, request.moved)
if request.notAfter and now > request.notAfter then return {'stale', whole(now)} end

local account = load_account(run_id, now)
local member = account.members[request.member]
if not member then return {'unknown', whole(now)} end
member.seen = math.max(member.seen, now)
mark(account, 'm:', request.member)

local known = account.lanes[request.lane]
local mine = {key = request.lane, member = request.member, priority = request.priority, flow = request.flow,
  weight = request.weight, due = now - request.waited + patience[request.priority], want = request.want,
  budgets = {}, until_ = now, turn = 0}
-- Its place was told to others by what was known of it: news that travelled longer must not turn the order round.
if known then mine.due = math.min(mine.due, known.due) end
for _, budget in ipairs(request.budgets) do
  mine.budgets[#mine.budgets + 1] = {name = budget.name, units = units_of(budget)}
  believe(account, budget, now)
end
if request.priority ~= 'backfill' then
  account.urgent = now
  account.dirty.urgent = whole(now)
end
account.lanes[request.lane] = mine

local lanes, wanted, most_units = {}, {}, {}
for key, lane in pairs(account.lanes) do
  if lane ~= mine and lane.until_ <= now then
    account.lanes[key] = nil
    mark(account, 'l:', key)
  else
    lanes[#lanes + 1] = lane == mine and mine or copy(lane)
    for _, budget in ipairs(lane.budgets) do
      wanted[budget.name] = (wanted[budget.name] or 0) + budget.units * lane.want
      most_units[budget.name] = math.max(most_units[budget.name] or 0, budget.units)
    end
  end
end

local horizon = math.min(request.horizon, p.horizon)
local starts, come, ample = plan(account, mine,
  {lanes = lanes, wanted = wanted, units = most_units, most = request.most, horizon = horizon}, now, p)

if #starts > 0 then
  if is_call(request.budgets) then count_spent(now, '+', request, #starts) end
  for _, budget in ipairs(request.budgets) do
    local pairs_, state, units = {}, account.limits[budget.name], units_of(budget)
    local last, ends
    for index, start in ipairs(starts) do
      if start ~= last then last, ends = start, whole(start + request.lease + budget.window) end
      local permit = request.member .. '.' .. (request.first + index - 1)
      for unit = 0, units - 1 do
        pairs_[#pairs_ + 1] = ends
        pairs_[#pairs_ + 1] = unit == 0 and permit or permit .. '+' .. unit
      end
    end
    if request.priority == 'backfill' and last > state.paced then
      state.paced = last
      mark(account, 'b:', budget.name)
    end
    in_parts(pairs_, function(...) redis.call('ZADD', slots_key(budget.name), ...) end)
    -- Heartbeats prolong this: whoever dies before its next one leaves nothing for ever.
    if redis.call('PTTL', slots_key(budget.name)) < 0 then
      redis.call('PEXPIRE', slots_key(budget.name), math.ceil((p.maxDeadline + p.holdLease + budget.window) / 1000) + 60000)
    end
  end
end

if come then mine.until_ = come + p.grace else account.lanes[request.lane] = nil end
if come or known then mark(account, 'l:', request.lane) end
forget_tags(account)
save_account(account, now)

local held = 0
for _, budget in ipairs(request.budgets) do
  if held_until(account, budget.window, p) > now + horizon then held = 1 end
end
local reply = {'granted', whole(now), held, ample and 1 or 0, come and whole(come - now) or '-1'}
for _, start in ipairs(starts) do reply[#reply + 1] = whole(start - now) end
return reply
