-- Counts one request in a window that begins with the first.
-- KEYS[1]  the caller's counter    ARGV[1]  the window in milliseconds
-- Answers how many there were, this one included, and the milliseconds until the window ends.
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
-- A counter without an end would refuse its caller for ever.
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return { count, left }
