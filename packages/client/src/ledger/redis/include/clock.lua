-- Whole microseconds fit a double exactly; Lua's own number-to-text conversion would round them.
local function microseconds()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
local function whole(number)
  return string.format('%.0f', number)
end
