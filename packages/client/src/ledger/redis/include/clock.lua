-- Whole microseconds fit a double exactly; Lua's own number-to-text conversion would round them. Tests give the instant.
local function microseconds(given)
  if given and given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
local function whole(number)
  return string.format('%.0f', number)
end
