-- Gives a name of a space that can be listed its value, and forgets the names that older keys gave it.
-- KEYS: the space's index, the name, its older names. ARGV: the value, milliseconds or 0, then what the
-- index has for each of the names.
local keep = tonumber(ARGV[2])
if keep > 0 then
  local time = redis.call('TIME')
  local until_ = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + keep
  redis.call('SET', KEYS[2], ARGV[1], 'PX', keep)
  redis.call('ZADD', KEYS[1], string.format('%.0f', until_), ARGV[3])
else
  redis.call('SET', KEYS[2], ARGV[1])
  redis.call('ZADD', KEYS[1], '+inf', ARGV[3])
end
for i = 3, #KEYS do
  redis.call('DEL', KEYS[i])
  redis.call('ZREM', KEYS[1], ARGV[i + 1])
end
return 1
