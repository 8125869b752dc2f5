--[[ foreign-1 · what is remembered of somebody outside the hub
  KEYS   1 note (see note-foreign-1)
  REPLY  JSON, or false ]]
return redis.call('GET', KEYS[1])
