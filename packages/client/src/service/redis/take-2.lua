--[[ take-2 · a worker has a call in hand: may it still be made?
  KEYS   1 marker of the answer   2 fence of the call
  ARGV   1 deadline (milliseconds, clock of this server)   2 1 an order, 0 not   3 run_id of this server
  REPLY  milliseconds that are left · 0 too late · -1 answered or withdrawn
         -2 an order that an earlier pick-up may have sent; it has the leave for that no more
         -3 an order of which nobody knows: the server has forgotten, or is another one ]]
if redis.call('EXISTS', KEYS[1]) == 1 then return -1 end
if ARGV[2] == '1' then
  local state = redis.call('GET', KEYS[2])
  if not state then return -3 end
  if state ~= 'open:' .. ARGV[3] then
    if string.sub(state, 1, 5) == 'open:' then return -3 end
    redis.call('SET', KEYS[2], 'taken', 'KEEPTTL')
    return -2
  end
end
local time = redis.call('TIME')
return math.max(0, math.floor(tonumber(ARGV[1]) - time[1] * 1000 - time[2] / 1000))
