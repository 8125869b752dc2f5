--[[ offer-1 · an order may be sent once from now on
  KEYS   1 fence of the call
  ARGV   1 run_id of this server   2 milliseconds that the fence lives
  REPLY  1 ]]
redis.call('SET', KEYS[1], 'open:' .. ARGV[1], 'PX', ARGV[2])
return 1
