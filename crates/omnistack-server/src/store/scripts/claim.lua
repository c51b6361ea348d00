-- Takes a name if nobody has, under whichever key.
-- KEYS: the name, its older names. ARGV: the value, milliseconds.
for i = 1, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then
    return 0
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
