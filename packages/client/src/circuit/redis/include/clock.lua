-- Whole milliseconds of this server; computed with the reply of TIME, whose microseconds come unpadded.
local function milliseconds()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
