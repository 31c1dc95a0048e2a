-- In front of what writes on a single server: whether what is to be written is another installation's, or nobody's yet.
-- The two keys with the installation's id, and our own, empty for whoever does not ask.
local function is_anothers(first, second, id)
  return id ~= '' and (redis.call('GET', first) ~= id or redis.call('GET', second) ~= id)
end
