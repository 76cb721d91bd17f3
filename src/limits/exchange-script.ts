/**
 * Runs in Redis, so that a round trip is enough and nobody sees half of it. `KEYS[1]` is what all keys begin with. A gauge
 * is a hash from process to "count:time", because what a process that died has contributed must end with it.
 */
export const EXCHANGE_SCRIPT = `
local prefix = KEYS[1]
local ask = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

for _, add in ipairs(ask.adds) do
  local key = prefix .. add[1]
  redis.call('INCRBYFLOAT', key, add[2])
  if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, add[3]) end
end
for _, gauge in ipairs(ask.gauges) do
  local key = prefix .. gauge[1]
  if gauge[2] == 0 then
    redis.call('HDEL', key, ask.process)
  else
    redis.call('HSET', key, ask.process, gauge[2] .. ':' .. now)
    redis.call('PEXPIRE', key, ask.goneMs)
  end
end
for _, push in ipairs(ask.pushes) do
  local key = prefix .. push[1]
  for _, sample in ipairs(push[2]) do redis.call('RPUSH', key, sample) end
  redis.call('LTRIM', key, -push[3], -1)
  redis.call('PEXPIRE', key, push[4])
end
for _, mark in ipairs(ask.marks) do
  redis.call('SET', prefix .. mark[1], 1, 'PX', mark[2])
end

local function others(key)
  local sum = 0
  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    local count, seen = string.match(fields[i + 1], '(.*):(.*)')
    if now - tonumber(seen) > ask.goneMs then
      redis.call('HDEL', key, fields[i])
    elseif fields[i] ~= ask.process then
      sum = sum + tonumber(count)
    end
  end
  return sum
end

local answer = {}
for i, name in ipairs(ask.keys) do
  local key = prefix .. name
  local kind = redis.call('TYPE', key).ok
  local left = tostring(redis.call('PTTL', key))
  if kind == 'string' then
    answer[i] = { 'count', redis.call('GET', key), left }
  elseif kind == 'hash' then
    answer[i] = { 'gauge', tostring(others(key)) }
  elseif kind == 'list' then
    local samples = redis.call('LRANGE', key, 0, -1)
    table.insert(samples, 1, left)
    table.insert(samples, 1, 'samples')
    answer[i] = samples
  else
    answer[i] = { 'none' }
  end
end
return answer
`
