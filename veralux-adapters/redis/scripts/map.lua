-- Leads one DID to a tenant unless it leads to another one.
-- KEYS[1]  the DID's key    ARGV[1]  tenant id
-- Answers 1 when it leads there now, 0 when it leads to another tenant.
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1])
return 1
