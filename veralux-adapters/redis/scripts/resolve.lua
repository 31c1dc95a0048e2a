-- DID to tenant to configuration in one round trip.
-- KEYS[1]  the DID's key    ARGV[1]  what the key of a configuration begins with
-- Answers nil, or the tenant id and the document (nil when there is none).
-- The second key follows from the first one's value and cannot be declared; in a cluster the two are read one after the other.
local tenant = redis.call('GET', KEYS[1])
if not tenant then
  return false
end
return { tenant, redis.call('GET', ARGV[1] .. tenant) }
