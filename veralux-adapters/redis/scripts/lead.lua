-- Leads one DID to a tenant, or no longer, for a cluster.
-- KEYS[1]  the DID's key    KEYS[2]  the key of the tenant's sequence for it
-- ARGV[1]  tenant id    ARGV[2]  the sequence, or empty for whatever comes    ARGV[3]  seconds for which it is remembered
-- ARGV[4]  `1` to lead it there, `0` to stop that
-- Answers 0, -1 when a later sequence was written before, or 1 when it leads to another tenant and should lead here.
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  return tonumber(ARGV[4])
end
local sequence = tonumber(ARGV[2])
if sequence and sequence < (tonumber(redis.call('GET', KEYS[2])) or 0) then
  return -1
end
-- The sequence first: a full Redis refuses here, before anything has changed.
if sequence then
  redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
else
  redis.call('DEL', KEYS[2])
end
if ARGV[4] == '1' then
  redis.call('SET', KEYS[1], ARGV[1])
else
  redis.call('DEL', KEYS[1])
end
return 0
