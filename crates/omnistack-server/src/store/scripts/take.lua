-- Takes tokens out of a bucket, by Redis's own clock: replicas' clocks need not agree.
-- KEYS: the bucket. ARGV: tokens each second, the most there can be, tokens wanted.
-- Returns whether they were taken, and what is left.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local rate, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(held[1]), tonumber(held[2])
if tokens and at then
  tokens = math.min(burst, tokens + math.max(0, now - at) / 1000000 * rate)
else
  tokens = burst
end
local granted = 0
if tokens >= wanted then
  granted = 1
  tokens = tokens - wanted
end
-- Lua's own way to write numbers drops digits of the time.
redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tokens), 'at', string.format('%.0f', now))
-- A bucket that would be full is as good as none.
redis.call('PEXPIRE', KEYS[1], math.min(math.ceil((burst - tokens) / rate * 1000) + 1, 2592000000))
return { granted, string.format('%.17g', tokens) }
