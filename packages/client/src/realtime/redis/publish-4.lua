--[[ publish-4 · what a holder has received, for all who read; feeds and gaps change with it
  KEYS   1 session hash (see begin-3)   2 stream   3 feeds (see begin-3)   4 gaps, a stream
  ARGV   1 generation   2 seq   3 through, ms   4 body   5 how long it stays readable, ms   6 most batches   7 most gaps
         8 feeds that changed, JSON {feed: text}, '' = no longer registered   9 '1': also when batches before it are missing
         10… gaps, JSON
  REPLY  1 stored, also when it was stored before · 0: another holder has begun · -1: batches before it are missing ]]
--- @include "clock"
local generation, seq = tonumber(ARGV[1]), tonumber(ARGV[2])
local session = redis.call('HMGET', KEYS[1], 'generation', 'seq')
local current = tonumber(session[1] or 0)
if current > generation then return 0 end
-- A reply that was lost: its batch is there.
if current == generation and tonumber(session[2] or 0) >= seq then return 1 end
-- This server has forgotten them: it was killed before they were on its disk.
if ARGV[9] ~= '1' and tonumber(session[2] or 0) ~= seq - 1 then return -1 end
redis.call('HSET', KEYS[1], 'generation', generation, 'seq', seq, 'through', ARGV[3])
local now = milliseconds()
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[6], '*', 'g', generation, 's', seq, 't', ARGV[3], 'b', ARGV[4])
redis.call('XTRIM', KEYS[2], 'MINID', '~', now - tonumber(ARGV[5]))
if ARGV[8] ~= '{}' then
  for feed, text in pairs(cjson.decode(ARGV[8])) do
    if text == '' then redis.call('HDEL', KEYS[3], feed) else redis.call('HSET', KEYS[3], feed, text) end
  end
end
for index = 10, #ARGV do redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[7], '*', 'gap', ARGV[index]) end
return 1
