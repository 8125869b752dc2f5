--[[ count-1 · how many issues (see save-3) or attempts (see begin-issue-5) there were between two instants
  KEYS   1 issues or attempts
  ARGV   1 first instant, epoch ms   2 last instant, or +inf
  REPLY  their number ]]
return redis.call('ZCOUNT', KEYS[1], ARGV[1], ARGV[2])
