--[[ deliver-2 · the answer of a call goes to its caller, once
  KEYS   1 marker of the answer   2 the caller's stream
  ARGV   1 the message   2 milliseconds that the marker lives   3 milliseconds that the stream lives without another one
  REPLY  1 delivered · 0 it was answered or withdrawn before ]]
if not redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[2]) then return 0 end
redis.call('XADD', KEYS[2], '*', 'm', ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
