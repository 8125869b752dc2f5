-- The fields of a circuit: failures; and while it is open: since and till (instants in ms), tries, code; and while a call is let
-- through: probe (its name) and leased (the instant at which it counts as lost).
local function circuit_at(key)
  local failures, since, till, tries, code, probe, leased =
    unpack(redis.call('HMGET', key, 'failures', 'since', 'till', 'tries', 'code', 'probe', 'leased'))
  return {failures = tonumber(failures or 0), since = tonumber(since or 0), till = tonumber(till or 0),
    tries = tonumber(tries or 0), code = code or '', probe = probe or '', leased = tonumber(leased or 0), open = since and true}
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
