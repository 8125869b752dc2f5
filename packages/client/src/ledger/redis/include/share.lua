-- Safe shares: as in ledger/arithmetic/share.ts.
local function is_nothing(part)
  return part.high <= part.low
end

local function hull(one, other)
  if is_nothing(one) then return other end
  if is_nothing(other) then return one end
  return {low = math.min(one.low, other.low), high = math.max(one.high, other.high)}
end

local function without(parts, taken)
  local left = {}
  for _, part in ipairs(parts) do
    if is_nothing(taken) or taken.high <= part.low or taken.low >= part.high then
      if not is_nothing(part) then left[#left + 1] = part end
    else
      if taken.low > part.low then left[#left + 1] = {low = part.low, high = taken.low} end
      if part.high > taken.high then left[#left + 1] = {low = taken.high, high = part.high} end
    end
  end
  return left
end

local function deal(place, count, held)
  local pieces = {{low = math.floor(place * whole_line / count), high = math.floor((place + 1) * whole_line / count)}}
  for _, taken in ipairs(held) do pieces = without(pieces, taken) end
  local best = {low = 0, high = 0}
  for _, piece in ipairs(pieces) do
    if piece.high - piece.low > best.high - best.low then best = piece end
  end
  return best
end
