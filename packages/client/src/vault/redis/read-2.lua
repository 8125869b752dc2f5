--[[ read-2 · what is known of a token
  KEYS   1 record hash   2 refusal
  REPLY  {record as flat field list, refusal or false} ]]
return {redis.call('HGETALL', KEYS[1]), redis.call('GET', KEYS[2])}
