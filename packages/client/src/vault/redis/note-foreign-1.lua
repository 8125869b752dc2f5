--[[ note-foreign-1 · remember for two days that somebody outside the hub asked for a token
  KEYS   1 note
  ARGV   1 what was seen, as JSON
  REPLY  1 ]]
redis.call('SET', KEYS[1], ARGV[1], 'PX', 172800000)
return 1
