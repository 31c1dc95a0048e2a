-- Removes a key if it still has this value.
-- KEYS[1]  the key    KEYS[2], KEYS[3]  whose it is; not in a cluster
-- ARGV[1]  the value    ARGV[2]  the installation's id, or empty
-- Answers 1 when it was removed, -2 when it is not the installation's, else 0.
if KEYS[2] and is_anothers(KEYS[2], KEYS[3], ARGV[2]) then
  return -2
end
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
