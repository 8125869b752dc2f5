-- Whose turn it is: as in ledger/arithmetic/order.ts.
local most_turns, most_tags = 512, 256
local ranks = {order = 1, realtime = 2, interactive = 3, backfill = 4}

local function flow_key(lane)
  return lane.priority .. ':' .. lane.flow
end

local function start_tag(lane, turns)
  return math.max(turns.time[lane.priority] or 0, turns.next[flow_key(lane)] or 0)
end

local function comes_first(one, other)
  if one.due ~= other.due then return one.due < other.due end
  if one.turn ~= other.turn then return one.turn < other.turn end
  if one.priority ~= other.priority then return ranks[one.priority] < ranks[other.priority] end
  return one.key < other.key
end

local function pick(lanes, turns)
  local urgent, best, best_tag
  for _, lane in ipairs(lanes) do
    if lane.want > 0 and (urgent == nil or comes_first(lane, urgent)) then urgent = lane end
  end
  if urgent == nil then return nil end
  for _, lane in ipairs(lanes) do
    if lane.want > 0 and lane.priority == urgent.priority then
      local tag = start_tag(lane, turns)
      if best == nil or tag < best_tag or (tag == best_tag and comes_first(lane, best)) then best, best_tag = lane, tag end
    end
  end
  return best
end

local function take_turn(lane, turns, now, turn)
  local start = start_tag(lane, turns)
  turns.time[lane.priority] = start
  turns.next[flow_key(lane)] = start + 1 / lane.weight
  lane.want = lane.want - 1
  lane.due = math.max(lane.due, now + patience[lane.priority])
  lane.turn = turn
end

-- So many turns at once, where nobody stands in the way. Returns the turns as they are then.
local function take_turns(lane, turns, count)
  local start = start_tag(lane, turns)
  lane.want = lane.want - count
  return {time = {[lane.priority] = start + (count - 1) / lane.weight}, next = {[flow_key(lane)] = start + count / lane.weight}}
end

local function copy(map)
  local result = {}
  for key, value in pairs(map) do result[key] = value end
  return result
end

local function turns_on_paper(account)
  return {time = copy(account.time), next = copy(account.next)}
end

-- A class in which nobody waits owes nobody anything, and neither does a tag that its time has passed. Where ever new callers
-- wait, the oldest debts of those who do not wait any more are let off.
local function forget_tags(account)
  local classes, waiting, kept = {}, {}, {}
  for _, lane in pairs(account.lanes) do
    classes[lane.priority] = true
    waiting[flow_key(lane)] = true
  end
  local function forget(flow)
    account.next[flow] = nil
    mark(account, 'n:', flow)
  end
  for flow, tag in pairs(account.next) do
    local class = flow:match('^[^:]*')
    if not classes[class] or tag <= (account.time[class] or 0) then forget(flow)
    elseif not waiting[flow] then kept[#kept + 1] = flow end
  end
  if #kept <= most_tags then return end
  table.sort(kept, function(one, other)
    local tag, other_tag = account.next[one], account.next[other]
    if tag ~= other_tag then return tag < other_tag end
    return one < other
  end)
  for index = 1, #kept - most_tags / 2 do forget(kept[index]) end
end

-- Tells the lanes whose turn is next that something has come free for them.
local function announce(account, count, now)
  if count == 0 then return end
  local lanes, turns, told = {}, turns_on_paper(account), {}
  for _, lane in pairs(account.lanes) do
    if lane.until_ > now then lanes[#lanes + 1] = copy(lane) end
  end
  for turn = 1, math.min(count, most_turns) do
    local lane = pick(lanes, turns)
    if lane == nil then break end
    if not told[lane.key] then
      told[lane.key] = true
      redis.call('PUBLISH', KEYS[1] .. ':events', cjson.encode({kind = 'come', lane = lane.key}))
    end
    take_turn(lane, turns, now, turn)
  end
end
