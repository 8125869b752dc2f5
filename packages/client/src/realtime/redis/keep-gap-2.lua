--[[ keep-gap-2 · a gap that no session tells, for whoever fills holes: the first process that sees it keeps it for all
  KEYS   1 gaps, a stream (see publish-4)   2 kept, of this id
  ARGV   1 gap, JSON   2 most gaps   3 how long the id is remembered, ms
  REPLY  1 kept · 0: another process has kept it ]]
if not redis.call('SET', KEYS[2], 1, 'NX', 'PX', ARGV[3]) then return 0 end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'gap', ARGV[1])
return 1
