--[[ renew-1 · the leader of a round is alive
  KEYS   1 question (see join-1)
  ARGV   1 round   2 lease (ms)
  REPLY  1 · 0 the round is not known any more ]]
if redis.call('PEXPIRE', KEYS[1] .. ':' .. ARGV[1], ARGV[2]) == 0 then return 0 end
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
