--[[ settle-1 · a round is over: its followers fetch what it ended with
  KEYS   1 question (see join-1)
  ARGV   1 round   2 outcome, JSON   3 milliseconds that it is kept
  REPLY  how many were told. Unknown rounds are a no-op
  EVENT  {kind: 'over', round} to the inbox of every follower ]]
--- @include "inbox"
local round = KEYS[1] .. ':' .. ARGV[1]
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
local told = 0
for _, field in ipairs(redis.call('HKEYS', round)) do
  local inbox = field:match('^to:(.*)')
  if inbox then
    tell(inbox, {kind = 'over', round = ARGV[1]})
    told = told + 1
  end
end
if told == 0 then
  redis.call('DEL', round)
else
  redis.call('HSET', round, 'state', 'over', 'outcome', ARGV[2])
  redis.call('PEXPIRE', round, ARGV[3])
end
return told
