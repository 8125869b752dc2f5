-- Till an instant that lies no further ahead than what led there: the server's clock was set back otherwise, and by how much
-- nobody knows. Then it is over, for one call too early does less harm than none for hours.
local function ahead(instant, span, now)
  return instant - now > span and 0 or instant
end

-- The fields of a circuit: failures; and while it is open: since and till (instants in ms), pause (what till was set by), tries,
-- code; and while a call is let through: probe (its name), leased (the instant at which it counts as lost), lease.
local function circuit_at(key, now)
  local failures, since, till, pause, tries, code, probe, leased, lease = unpack(redis.call('HMGET', key, 'failures', 'since',
    'till', 'pause', 'tries', 'code', 'probe', 'leased', 'lease'))
  return {failures = tonumber(failures or 0), since = tonumber(since or 0), tries = tonumber(tries or 0),
    till = ahead(tonumber(till or 0), tonumber(pause or 0), now), leased = ahead(tonumber(leased or 0), tonumber(lease or 0), now),
    code = code or '', probe = probe or '', open = since and true}
end

-- {'closed', failures} · {'open', since, ms until a call may be let through, tries, code}
local function state_of(circuit, now, look)
  if not circuit.open then return {'closed', circuit.failures} end
  local left = math.max(circuit.till - now, math.min(circuit.leased - now, look))
  return {'open', circuit.since, math.max(0, left), circuit.tries, circuit.code}
end

local function tell(key, state)
  redis.call('PUBLISH', key .. ':news', cjson.encode(state))
  return state
end
