--[[ forget-1 · a token was revoked at the broker: forget its text, not its generation, if it is still the stored one
  KEYS   1 record hash
  ARGV   1 generation that was revoked   2 digest of the token, to know it by if the broker hands it out again   3 channel
  REPLY  1 forgotten · 0 another generation is stored ]]
if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[1] then return 0 end
if redis.call('HGET', KEYS[1], 'kind') ~= 'token' then return 0 end
redis.call('HDEL', KEYS[1], 'token', 'expiresAt', 'issuedBy')
redis.call('HSET', KEYS[1], 'kind', 'revoked', 'digest', ARGV[2])
redis.call('PUBLISH', ARGV[3], 'forgotten')
return 1
