--[[ spent-1 · who spent how much of the account, added up over stretches of ten seconds
  KEYS   1 account hash
  ARGV   1 how far back, us; the stretch in which that lies counts wholly   2 the stretch to go on with, '' at first
         3 instant (us) for tests, '' = this server's clock
  REPLY  JSON: since (us before now), next (the stretch to go on with; absent: that was all),
         rows [{sign '+' granted or '-' given back, priority, flow, count}] ]]
--- @include "clock"
--- @include "spending"
local most = 360 -- an hour: nobody shall wait for somebody's table
local now = microseconds(ARGV[3])
local first, last = math.floor((now - ARGV[1]) / span), math.floor(now / span)
local from = ARGV[2] == '' and first or tonumber(ARGV[2])
local sums, rows = {}, {}
for at = from, math.min(last, from + most - 1) do
  local flat = redis.call('HGETALL', spending_key(at))
  for index = 1, #flat, 2 do sums[flat[index]] = (sums[flat[index]] or 0) + flat[index + 1] end
end
for field, count in pairs(sums) do
  local sign, priority, flow = field:match('^(.)\t([^\t]*)\t(.*)$')
  rows[#rows + 1] = {sign = sign, priority = priority, flow = flow, count = count}
end
return cjson.encode({since = now - first * span, next = from + most <= last and from + most or nil, rows = rows})
