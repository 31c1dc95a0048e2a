-- Leads one DID to a tenant unless it leads to another one.
-- KEYS[1]  the DID's key    KEYS[2], KEYS[3]  whose it is; not in a cluster
-- ARGV[1]  tenant id    ARGV[2]  the installation's id, or empty
-- Answers 1 when it leads there now, 0 when it leads to another tenant, -2 when it is not the installation's.
if KEYS[2] and is_anothers(KEYS[2], KEYS[3], ARGV[2]) then
  return -2
end
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1])
return 1
