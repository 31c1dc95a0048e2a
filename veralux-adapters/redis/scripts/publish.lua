-- Writes a configuration and its DID map, or nothing.
-- KEYS[1]  the configuration's key    KEYS[2]  the key of its sequence    KEYS[3], KEYS[4]  whose it is; then the DIDs to map; then
-- the DIDs to unmap
-- ARGV[1]  tenant id    ARGV[2]  document    ARGV[3]  how many DIDs are to be mapped
-- ARGV[4]  the sequence, or empty for whatever comes    ARGV[5]  seconds for which it is remembered
-- ARGV[6]  the installation's id, or empty
-- Answers 0, -1 when a later sequence was written before, -2 when it is not the installation's, or the place (from 1) of the first DID to map that leads to
-- another tenant.
local tenant = ARGV[1]
local mapped = tonumber(ARGV[3])
local sequence = tonumber(ARGV[4])
local leaving = {}

if is_anothers(KEYS[3], KEYS[4], ARGV[6]) then
  return -2
end
-- Every read comes before the first write: a read that fails (a key of another type) must leave nothing behind.
if sequence and sequence < (tonumber(redis.call('GET', KEYS[2])) or 0) then
  return -1
end
for i = 1, mapped do
  local owner = redis.call('GET', KEYS[4 + i])
  if owner and owner ~= tenant then
    return i
  end
end
for i = 5 + mapped, #KEYS do
  if redis.call('GET', KEYS[i]) == tenant then
    leaving[#leaving + 1] = KEYS[i]
  end
end

-- The configuration first: it is the largest value, so that a full Redis refuses before anything is written.
redis.call('SET', KEYS[1], ARGV[2])
if sequence then
  redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[5])
else
  redis.call('DEL', KEYS[2])
end
for i = 1, #leaving do
  redis.call('DEL', leaving[i])
end
-- Last, so that a DID in both lists stays mapped.
for i = 1, mapped do
  redis.call('SET', KEYS[4 + i], tenant)
end
return 0
