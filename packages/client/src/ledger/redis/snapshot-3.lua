--[[ snapshot-3 · what the account says now; of a memory that was lost it forgets the rest
  KEYS   1 account hash   2 epoch   3 blessing (see acquire-3)
  ARGV   1 request, JSON: protocol {…} (optional)   2 run_id of this server   3 instant (us) for tests, '' = this server's clock
  REPLY  JSON with times as ms from now: budgets [{name, windowMs, configured, inUse, used, cooling, reserved, heldForMs,
         learned {limit, agoMs, told} (optional)}], lanes [{priority, flow, want}], members [{id, silentMs, low, high}] ]]
--- @include "clock"
--- @include "protocol"
--- @include "account"
--- @include "limit"
local request, run_id = cjson.decode(ARGV[1]), ARGV[2]
local now = microseconds(ARGV[3])
local p = protocol(request.protocol)
local account = load_account(run_id, now)
local budgets, lanes, members = {}, {}, {}
for name, state in pairs(account.limits) do
  local learned = state.learned and limit_of(state, now) < state.believed and
    {limit = state.learned.limit, agoMs = (now - state.learned.at) / 1000, told = state.learned.told} or nil
  budgets[#budgets + 1] = {
    name = name,
    windowMs = state.window / 1000,
    configured = state.believed,
    inUse = limit_of(state, now),
    used = redis.call('ZCOUNT', slots_key(name), '(' .. whole(now + state.window), '+inf'),
    cooling = redis.call('ZCOUNT', slots_key(name), '(' .. whole(now), whole(now + state.window)),
    reserved = reserved_of(account, state, now, p),
    heldForMs = math.max(0, held_until(account, state.window, p) - now) / 1000,
    learned = learned,
  }
end
for _, lane in pairs(account.lanes) do
  if lane.until_ > now then lanes[#lanes + 1] = {priority = lane.priority, flow = lane.flow, want = lane.want} end
end
for id, member in pairs(account.members) do
  members[#members + 1] = {id = id, silentMs = (now - member.seen) / 1000, low = member.part.low, high = member.part.high}
end
return cjson.encode({budgets = budgets, lanes = lanes, members = members})
