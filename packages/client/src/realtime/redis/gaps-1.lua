--[[ gaps-1 · the newest gaps of a pool
  KEYS   1 gaps, a stream (see publish-4)
  ARGV   1 most
  REPLY  their JSON, the newest first ]]
local gaps = {}
for _, entry in ipairs(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', ARGV[1])) do gaps[#gaps + 1] = entry[2][2] end
return gaps
