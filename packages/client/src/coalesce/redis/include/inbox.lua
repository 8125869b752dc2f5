-- Every process has one channel, its inbox; rounds are named after that of their leader.
local function inbox_of(round)
  return round:match('^[^/]*')
end

local function tell(inbox, message)
  redis.call('PUBLISH', 'api:coalesce:to:' .. inbox, cjson.encode(message))
end
