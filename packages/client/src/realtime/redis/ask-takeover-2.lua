--[[ ask-takeover-2 · somebody wishes that the session of a key goes from its holder to another process
  KEYS   1 session hash (see begin-3)   2 takeovers, a hash of JSON by key id: what is not over by its `untilMs` is under way
  ARGV   1 keyId   2 the takeover, JSON with generation and from   3 how long it is asked for, ms   4 channel
  REPLY  1 asked · 0: another holder has begun, it has ended, or somebody else has asked
  EVENT  'takeover' on that channel ]]
--- @include "clock"
--- @include "takeover"
local now, wish = milliseconds(), cjson.decode(ARGV[2])
local session = redis.call('HMGET', KEYS[1], 'generation', 'holder', 'ended')
if tonumber(session[1] or 0) ~= wish.generation or session[2] ~= wish.from or session[3] then return 0 end
if takeover_of(KEYS[2], ARGV[1], now) then return 0 end
wish.untilMs = now + tonumber(ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], cjson.encode(wish))
redis.call('PUBLISH', ARGV[4], 'takeover')
return 1
