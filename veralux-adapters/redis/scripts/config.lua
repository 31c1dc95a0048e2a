-- Writes a configuration, for a cluster: without its DIDs, whose keys are elsewhere.
-- KEYS[1]  the configuration's key    KEYS[2]  the key of its sequence
-- ARGV[1]  document    ARGV[2]  the sequence, or empty for whatever comes    ARGV[3]  seconds for which it is remembered
-- Answers 0, or -1 when a later sequence was written before.
local sequence = tonumber(ARGV[2])
if sequence and sequence < (tonumber(redis.call('GET', KEYS[2])) or 0) then
  return -1
end
redis.call('SET', KEYS[1], ARGV[1])
if sequence then
  redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
else
  redis.call('DEL', KEYS[2])
end
return 0
