--[[ join-1 · follows the round that is open for a question, or leads one where there is none
  KEYS   1 question: its open round, inbox/number. Beside it <question>:<round>, a hash: state (open, sent, over),
           rank of the most urgent asker, to:<inbox> of every follower, outcome once it is over
  ARGV   1 round to lead   2 rank of its asker, 0 is the most urgent   3 lease (ms)
  REPLY  {'lead'} · {'follow', round, ms of its leader's lease}
  EVENT  {kind: 'raise', round, rank} to the leader's inbox, when it was less urgent ]]
--- @include "inbox"
local open = redis.call('GET', KEYS[1])
if open then
  local round = KEYS[1] .. ':' .. open
  local state, rank = unpack(redis.call('HMGET', round, 'state', 'rank'))
  if state == 'open' then
    redis.call('HSET', round, 'to:' .. inbox_of(ARGV[1]), '1')
    if tonumber(ARGV[2]) < tonumber(rank) then
      redis.call('HSET', round, 'rank', ARGV[2])
      tell(inbox_of(open), {kind = 'raise', round = open, rank = tonumber(ARGV[2])})
    end
    return {'follow', open, redis.call('PTTL', round)}
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
redis.call('HSET', KEYS[1] .. ':' .. ARGV[1], 'state', 'open', 'rank', ARGV[2])
redis.call('PEXPIRE', KEYS[1] .. ':' .. ARGV[1], ARGV[3])
return {'lead'}
