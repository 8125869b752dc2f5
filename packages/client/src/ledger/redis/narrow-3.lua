--[[ narrow-3 · the broker refused a call as one too many: the budget narrows for everybody
  KEYS   1 account hash   2 epoch   3 blessing (see acquire-3)
  ARGV   1 request, JSON: budget {name, limit, window}, told (the figure in the broker's words, optional)
         2 run_id of this server   3 instant (us) for tests, '' = this server's clock
  REPLY  the new limit · -1: it was narrowed for the same burst already
  EVENT  {kind: 'narrowed', budget, limit, told} on <account>:events ]]
--- @include "clock"
--- @include "account"
--- @include "limit"
local request, run_id = cjson.decode(ARGV[1]), ARGV[2]
local now = microseconds(ARGV[3])
local account = load_account(run_id, now)
local limit = narrow(account, request.budget, request.told, now)
if not limit then return -1 end
save_account(account, now)
redis.call('PUBLISH', KEYS[1] .. ':events',
  cjson.encode({kind = 'narrowed', budget = request.budget.name, limit = limit, told = request.told ~= nil}))
return limit
