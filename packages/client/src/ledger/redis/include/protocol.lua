-- Constants of the protocol, in microseconds: as in ledger/contract.ts. Tests may bring others.
local patience = {order = 0, realtime = 250000, interactive = 1000000, backfill = 30000000}
local function protocol(given)
  return given or {horizon = 200000, maxDeadline = 10000000, overdue = 2500000, shareLease = 60000000, sharedPart = 0.8,
    shareWindow = 1000000, holdLease = 30000000, grace = 100000}
end
