--[[ book-n · book a slot in every budget of a call, or say when to ask again
  KEYS   1 blessing: run_id of a server that its starter knows to be free of older leases
         2 epoch: run_id of the server that this account book was begun on
         3 hold: instant (microseconds) until which nothing is granted
         4… one sorted set per budget: permit id → instant (microseconds) from which its slot is free
  ARGV   1 run_id of this server   2 permit id   3 lease (us)   4 horizon (us)   5 hold after a new epoch (us)
         then per budget: limit, window (us)
  REPLY  {1, us} booked, starts in so many microseconds
         {0, us, 0} full, ask again in so many microseconds · {0, us, 1} held: the server is new, older leases must end ]]
--- @include "clock"
local now = microseconds()
local runId, permit = ARGV[1], ARGV[2]
local lease, horizon, holdFor = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

if redis.call('GET', KEYS[1]) ~= runId and redis.call('GET', KEYS[2]) ~= runId then
  -- What was granted before is forgotten, so wait until none of it can arrive any more.
  redis.call('SET', KEYS[2], runId)
  redis.call('SET', KEYS[3], whole(now + holdFor), 'PX', whole(holdFor / 1000 + 1000))
end
local held = tonumber(redis.call('GET', KEYS[3]) or 0)

local start, askAgain = math.max(now, held), math.huge
for index = 4, #KEYS do
  local limit, window = tonumber(ARGV[2 * index - 2]), tonumber(ARGV[2 * index - 1])
  redis.call('ZREMRANGEBYSCORE', KEYS[index], '-inf', whole(now))
  local busy = redis.call('ZCARD', KEYS[index])
  if busy >= limit then
    local rank = busy - limit
    local free = tonumber(redis.call('ZRANGE', KEYS[index], rank, rank, 'WITHSCORES')[2])
    start = math.max(start, free)
    -- Calls under way have late ends in the book but cannot come free before now + window.
    if free > now + horizon then askAgain = math.min(askAgain, now + window) end
  end
end

if start > now + horizon then
  local wait = math.max(1000, math.min(start, askAgain) - horizon - now)
  return {0, math.ceil(wait), held > now + horizon and 1 or 0}
end
for index = 4, #KEYS do
  local window = tonumber(ARGV[2 * index - 1])
  redis.call('ZADD', KEYS[index], whole(start + lease + window), permit)
  -- Housekeeping only, so it must never cut a longer lease of another permit short.
  local life = (start - now + lease + window) / 1000 + 1000
  if life > redis.call('PTTL', KEYS[index]) then redis.call('PEXPIRE', KEYS[index], whole(life)) end
end
return {1, math.ceil(start - now)}
