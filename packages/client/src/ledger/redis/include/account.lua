-- The account: one hash (KEYS[1]) and one sorted set per budget beside it, permit id → instant from which its slot is free.
-- Fields of the hash, instants in microseconds, parts between tabs:
--   epoch             run_id of the server that these fields were written on
--   since             when the memory of that server began; 0: there was nothing before it
--   clock             latest instant that a script saw
--   urgent            when somebody more urgent than a backfill last asked
--   old               shares of the memory before, low-high,… ; absent: all of them
--   m:<member>        seen, low, high, host
--   l:<lane>          member, priority, weight, due, want, until, name=units,… , flow
--   b:<budget>        window, believed, believed until, paced, learned ('' = nothing), learned at, told (1 or 0)
--   t:<priority>      virtual time of the class
--   n:<priority>:<flow>  tag at which the flow's next turn starts
local whole_line = 1000000

local function slots_key(name)
  return KEYS[1] .. ':slots:' .. name
end

local function split(text)
  local parts = {}
  for part in (text .. '\t'):gmatch('(.-)\t') do parts[#parts + 1] = part end
  return parts
end

local function parse_parts(text)
  local parts = {}
  for low, high in text:gmatch('(%d+)-(%d+)') do parts[#parts + 1] = {low = tonumber(low), high = tonumber(high)} end
  return parts
end

local function parse_lane(key, text)
  local f = split(text)
  local budgets = {}
  for name, units in f[7]:gmatch('([^,=]+)=(%d+)') do budgets[#budgets + 1] = {name = name, units = tonumber(units)} end
  return {key = key, member = f[1], priority = f[2], weight = tonumber(f[3]), due = tonumber(f[4]), want = tonumber(f[5]),
    until_ = tonumber(f[6]), budgets = budgets, flow = f[8], turn = 0}
end

local function format_lane(lane)
  local budgets = {}
  for _, budget in ipairs(lane.budgets) do budgets[#budgets + 1] = budget.name .. '=' .. budget.units end
  return table.concat({lane.member, lane.priority, string.format('%.17g', lane.weight), whole(lane.due), lane.want,
    whole(lane.until_), table.concat(budgets, ','), lane.flow}, '\t')
end

local function parse_limit(text)
  local f = split(text)
  local state = {window = tonumber(f[1]), believed = tonumber(f[2]), believed_until = tonumber(f[3]), paced = tonumber(f[4])}
  if f[5] ~= '' then state.learned = {limit = tonumber(f[5]), at = tonumber(f[6]), told = f[7] == '1'} end
  return state
end

local function format_limit(state)
  local learned = state.learned
  return table.concat({whole(state.window), state.believed, whole(state.believed_until), whole(state.paced),
    learned and learned.limit or '', learned and whole(learned.at) or '', learned and (learned.told and 1 or 0) or ''}, '\t')
end

local function format_old(old)
  local parts = {}
  for _, part in ipairs(old) do parts[#parts + 1] = part.low .. '-' .. part.high end
  return table.concat(parts, ',')
end

-- Since when the memory of this server reaches back; 0: there was nothing before it. A blessing counts for the first
-- memory alone: whoever has met another one since has something to forget.
local function memory_since(run_id, now, renewed)
  local known = redis.call('GET', KEYS[2])
  local stored_id, since = (known or ''):match('^(%S+) (%d+)$')
  if stored_id == run_id and not renewed then return tonumber(since) end
  since = not known and redis.call('GET', KEYS[3]) == run_id and 0 or now
  redis.call('SET', KEYS[2], run_id .. ' ' .. whole(since))
  return since
end

-- A clock that went back further than this is a new one.
local clock_tolerance = 100000

local parsers = {
  ['m:'] = function(account, name, value)
    local f = split(value)
    account.members[name] = {seen = tonumber(f[1]), part = {low = tonumber(f[2]), high = tonumber(f[3])}, host = f[4]}
  end,
  ['l:'] = function(account, name, value) account.lanes[name] = parse_lane(name, value) end,
  ['b:'] = function(account, name, value) account.limits[name] = parse_limit(value) end,
  ['t:'] = function(account, name, value) account.time[name] = tonumber(value) end,
  ['n:'] = function(account, name, value) account.next[name] = tonumber(value) end,
}

local function parse_fields(account, flat)
  for index = 1, #flat, 2 do
    local field = flat[index]
    local parse = parsers[field:sub(1, 2)]
    if parse then parse(account, field:sub(3), flat[index + 1]) else account[field] = flat[index + 1] end
  end
  account.urgent = tonumber(account.urgent or 0)
end

local function empty_account()
  return {members = {}, lanes = {}, limits = {}, time = {}, next = {}, dirty = {}}
end

local function load_account(run_id, now)
  local flat = redis.call('HGETALL', KEYS[1])
  local account = empty_account()
  parse_fields(account, flat)
  local back = account.clock and tonumber(account.clock) > now + clock_tolerance
  local since
  if account.epoch == run_id and not back then
    since = tonumber(account.since)
  else
    -- Fields of another memory say nothing any more; busy slots of it may stay, they only end later than they need.
    if back then
      for name in pairs(account.limits) do redis.call('DEL', slots_key(name)) end
    end
    if flat[1] then redis.call('DEL', KEYS[1]) end
    account = empty_account()
    account.urgent = 0
    since = memory_since(run_id, now, back)
    account.dirty = {epoch = run_id, since = whole(since)}
  end
  account.since = since > 0 and since or nil
  if account.old then account.old = parse_parts(account.old)
  else account.old = account.since and {{low = 0, high = whole_line}} or {} end
  return account
end

-- What has changed: fields by name, to be written from what the account holds then.
local function mark(account, kind, name)
  account.dirty[kind .. name] = true
end

local formats = {
  ['m:'] = function(account, name)
    local member = account.members[name]
    return member and table.concat({whole(member.seen), member.part.low, member.part.high, member.host}, '\t')
  end,
  ['l:'] = function(account, name) return account.lanes[name] and format_lane(account.lanes[name]) end,
  ['b:'] = function(account, name) return format_limit(account.limits[name]) end,
  ['t:'] = function(account, name) return string.format('%.17g', account.time[name]) end,
  ['n:'] = function(account, name) return account.next[name] and string.format('%.17g', account.next[name]) end,
}

-- `unpack` has room for some thousand values.
local function in_parts(values, call)
  for first = 1, #values, 1000 do call(unpack(values, first, math.min(first + 999, #values))) end
end

-- Writes what has changed, as a rule in one HSET and at most one HDEL.
local function save_account(account, now)
  local sets, dels = {'clock', whole(math.max(now, tonumber(account.clock or 0)))}, {}
  for field, value in pairs(account.dirty) do
    local format = formats[field:sub(1, 2)]
    if format then value = format(account, field:sub(3)) end
    if value then
      sets[#sets + 1] = field
      sets[#sets + 1] = value
    else
      dels[#dels + 1] = field
    end
  end
  in_parts(dels, function(...) redis.call('HDEL', KEYS[1], ...) end)
  in_parts(sets, function(...) redis.call('HSET', KEYS[1], ...) end)
end

-- Members of a permit in the slots of a budget: one per unit.
local function slot_ids(permit, units)
  local ids = {permit}
  for index = 1, units - 1 do ids[#ids + 1] = permit .. '+' .. index end
  return ids
end

local function units_of(budget)
  return budget.units or 1
end

-- What is needed to tell whose turn is next, whatever memory it is of.
local function load_waiting()
  local waiting = empty_account()
  parse_fields(waiting, redis.call('HGETALL', KEYS[1]))
  return waiting
end
