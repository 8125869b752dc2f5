--[[ close-1 · the call of a round is about to leave: nobody may join any more
  KEYS   1 question (see join-1)
  ARGV   1 round   2 lease (ms)
  REPLY  how many follow; without any the round is over · -1 the round is not known any more ]]
local round = KEYS[1] .. ':' .. ARGV[1]
if redis.call('HGET', round, 'state') ~= 'open' then return -1 end
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
local followers = redis.call('HLEN', round) - 2 -- beside state and rank
if followers == 0 then
  redis.call('DEL', round)
else
  redis.call('HSET', round, 'state', 'sent')
  redis.call('PEXPIRE', round, ARGV[2])
end
return followers
