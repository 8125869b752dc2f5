--[[ heartbeat-3 · a member lets itself be heard: what it spent on its share is entered, and it is dealt a share anew
  KEYS   1 account hash   2 epoch   3 blessing (see acquire-3)
  ARGV   1 beat, JSON: member, host, share {low, high}, returned {low, high} (optional), limits [{name, limit, window}],
           spent [{permit, ends (us from now), budgets [{name, units}]}], holds [{permit, budgets [{name, window, units}]}],
           onShare [{priority, flow, before, total}] (optional), gone [member], again (optional), leave, notAfter (optional),
           protocol {…} (optional)
         2 run_id of this server   3 instant (us) for tests, '' = this server's clock
  ALSO   api:ratelimit:accounts, a set, gets the account's name when a member is new
  REPLY  {'heard', now, low, high, lost holds, {member, host} of each silent one, {budget, limit in use} of each budget}
         {'stale', now} · {'unknown', now}: it was heard before, but not by this server
  EVENT  {kind: 'members'} on <account>:events, when one has come or gone ]]
--- @include "clock"
--- @include "protocol"
--- @include "account"
--- @include "limit"
--- @include "share"
--- @include "spending"
local beat, run_id = cjson.decode(ARGV[1]), ARGV[2]
local now = microseconds(ARGV[3])
local p = protocol(beat.protocol)
if beat.notAfter and now > beat.notAfter then return {'stale', whole(now)} end
local account = load_account(run_id, now)
if beat.again and not account.members[beat.member] then return {'unknown', whole(now)} end

local function remove_lanes(id)
  for key, lane in pairs(account.lanes) do
    if lane.member == id then
      account.lanes[key] = nil
      mark(account, 'l:', key)
    end
  end
end

local changed = false
local function remove(id)
  changed = changed or account.members[id] ~= nil
  account.members[id] = nil
  mark(account, 'm:', id)
  remove_lanes(id)
end

-- It runs no more. What it may have spent on its share until now, nobody knows of: that has to drain.
local function end_lease(id, member)
  local drain = drain_of(p)
  local was_on_share = now >= member.seen + p.overdue + drain
  member.seen = math.min(member.seen, now - p.shareLease - (was_on_share and 0 or drain))
  mark(account, 'm:', id)
  remove_lanes(id)
end

local gone = {}
for _, id in ipairs(beat.gone) do gone[id] = true end
for id, member in pairs(account.members) do
  if gone[id] then end_lease(id, member) end
  if now >= share_end(member, p) then remove(id) end
end
if beat.returned then
  account.old = without(account.old, beat.returned)
  account.dirty.old = format_old(account.old)
end
for _, budget in ipairs(beat.limits) do believe(account, budget, now) end
for _, spent in ipairs(beat.spent) do
  for _, budget in ipairs(spent.budgets) do
    for _, id in ipairs(slot_ids(spent.permit, units_of(budget))) do
      redis.call('ZADD', slots_key(budget.name), whole(now + spent.ends), id)
    end
  end
end

count_on_share(now, beat.member, beat.onShare)

-- A hold is prolonged while it is still there, or while this server may have forgotten it.
local lost = {}
local forgotten = account.since and now < account.since + p.holdLease
for _, hold in ipairs(beat.holds) do
  local kept = true
  for _, budget in ipairs(hold.budgets) do
    for _, id in ipairs(slot_ids(hold.permit, units_of(budget))) do
      local ends = tonumber(redis.call('ZSCORE', slots_key(budget.name), id) or 0)
      if not forgotten and ends <= now then kept = false end
    end
  end
  if kept then
    for _, budget in ipairs(hold.budgets) do
      for _, id in ipairs(slot_ids(hold.permit, units_of(budget))) do
        redis.call('ZADD', slots_key(budget.name), whole(now + p.holdLease + budget.window), id)
      end
    end
  else
    lost[#lost + 1] = hold.permit
  end
end

local share, silent, limits = {low = 0, high = 0}, {}, {}
if beat.leave then
  remove(beat.member)
else
  -- The first time only its name is entered: what lives for a moment needs no share.
  local known = account.members[beat.member] ~= nil
  changed = changed or not known
  if not known then redis.call('SADD', 'api:ratelimit:accounts', KEYS[1]:match('{(.*)}')) end
  local held = known and beat.share or share
  account.members[beat.member] = {seen = now, part = held, host = beat.host}
  mark(account, 'm:', beat.member)
  -- As long as shares of an earlier memory may be about, none are dealt.
  if known and not (#account.old > 0 and forgets(account, now, p)) then
    local live, ids = {}, {}
    for id, member in pairs(account.members) do
      ids[#ids + 1] = id
      if now < member.seen + p.overdue then live[#live + 1] = id end
    end
    table.sort(ids)
    table.sort(live)
    local place, others = 0, {}
    for index, id in ipairs(live) do
      if id == beat.member then place = index - 1 end
    end
    for _, id in ipairs(ids) do
      if id ~= beat.member then others[#others + 1] = account.members[id].part end
    end
    share = deal(place, #live, others)
    account.members[beat.member].part = hull(held, share)
  end
  for id, member in pairs(account.members) do
    if now >= member.seen + p.overdue then silent[#silent + 1] = {id, member.host} end
  end
  for name, state in pairs(account.limits) do limits[#limits + 1] = {name, limit_of(state, now)} end
end
save_account(account, now)
if changed then redis.call('PUBLISH', KEYS[1] .. ':events', cjson.encode({kind = 'members'})) end

-- Housekeeping: the arithmetic is right without it. Nothing of an account outlives its longest lease.
local day_ms, life_ms = 86400000, math.ceil(4 * (share_end({seen = 0}, p)) / 1000)
redis.call('PEXPIRE', KEYS[1], day_ms)
for name, state in pairs(account.limits) do
  redis.call('ZREMRANGEBYSCORE', slots_key(name), '-inf', whole(now))
  redis.call('PEXPIRE', slots_key(name), math.ceil(life_ms + state.window / 1000))
end
return {'heard', whole(now), share.low, share.high, lost, silent, limits}
