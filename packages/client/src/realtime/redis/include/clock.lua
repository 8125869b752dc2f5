-- The server's time in ms since the epoch: only its clock counts between processes.
local function milliseconds()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end
