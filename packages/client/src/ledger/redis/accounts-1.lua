--[[ accounts-1 · the accounts that somebody spends from, or did within a day; those that are forgotten are taken out
  KEYS   1 set of their names: broker:environment:keyId
  REPLY  names ]]
local names = {}
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if redis.call('EXISTS', 'api:ratelimit:total:{' .. name .. '}') == 1 then names[#names + 1] = name
  else redis.call('SREM', KEYS[1], name) end
end
return names
