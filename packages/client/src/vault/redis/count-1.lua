--[[ issues-1 · how many tokens the broker has issued to all processes since then
  KEYS   1 issues (see save-3)
  ARGV   1 instant, epoch ms
  REPLY  their number ]]
return redis.call('ZCOUNT', KEYS[1], ARGV[1], '+inf')
