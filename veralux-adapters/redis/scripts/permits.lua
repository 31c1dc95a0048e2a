-- Changes nothing, and says what the ACL of whoever calls lacks.
-- ARGV  commands as they would be sent, each behind the count of its words
-- Answers the place (from 1) of the first that is not permitted, or 0.
local place, at = 1, 1
-- Older than Redis 7 it cannot be asked.
while redis.acl_check_cmd and at <= #ARGV do
  local last = at + tonumber(ARGV[at])
  if not redis.acl_check_cmd(unpack(ARGV, at + 1, last)) then
    return place
  end
  place, at = place + 1, last + 1
end
return 0
