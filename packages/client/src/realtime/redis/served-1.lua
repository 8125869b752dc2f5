--[[ served-1 · pools whose feeds programs without keys can have now
  KEYS   1 served (see serve-1)
  REPLY  'pool name' of each whose lease has not ended ]]
--- @include "clock"
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. milliseconds(), '+inf')
