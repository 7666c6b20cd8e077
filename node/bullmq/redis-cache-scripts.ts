/** What `redisCache` has Redis do in one step. */
import { redisScript, type RedisScript } from './redis-script.ts';

/**
 * In all of these, ARGV[1] is the prefix of the cache's keys. An entry that has expired by itself is still in the index
 * until somebody comes across it.
 */
const COMMON = `
local prefix = ARGV[1]
local index, sum = prefix .. 'index', prefix .. 'bytes'
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function sizeOf(member)
  return tonumber(string.match(member, ':(%d+)$'))
end
local function keyOf(member)
  return prefix .. string.match(member, '^(.*):%d+$')
end
local function forget(member)
  if redis.call('ZREM', index, member) == 1 then redis.call('DECRBY', sum, sizeOf(member)) end
end
-- What stands under a key is about to be replaced or removed.
local function forgetOld(key, map, name)
  if redis.call('EXISTS', key) == 1 then
    forget(map .. ':' .. name .. ':' .. redis.call('STRLEN', key))
  end
end`;

/**
 * Notes an entry that is about to be written, and makes room for it.
 * KEYS[1]: its key. ARGV: prefix, map, name, size, ttl or 0, bound or 0, what each entry counts beside its bytes.
 */
export const INDEX: RedisScript = redisScript(`${COMMON}
local map, name, size, bound = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[6])
local own = map .. ':' .. name .. ':' .. size
forgetOld(KEYS[1], map, name)
if redis.call('ZADD', index, now(), own) == 1 then redis.call('INCRBY', sum, size) end
if redis.call('EXISTS', KEYS[1]) == 1 and ARGV[5] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
-- The oldest of those that expire by themselves.
if ARGV[5] ~= '0' then
  for _, member in ipairs(redis.call('ZRANGE', index, 0, 1)) do
    if member ~= own and redis.call('EXISTS', keyOf(member)) == 0 then forget(member) end
  end
end
if bound == 0 then return end
local function excess()
  return tonumber(redis.call('GET', sum)) + ARGV[7] * redis.call('ZCARD', index) - bound
end
while excess() > 0 do
  for _, member in ipairs(redis.call('ZRANGE', index, 0, 15)) do
    if member ~= own and excess() > 0 then
      forget(member)
      redis.call('DEL', keyOf(member))
    end
  end
  if redis.call('ZCARD', index) <= 1 then return end
end`);

/** Removes an entry. KEYS[1]: its key. ARGV: prefix, map, name. */
export const REMOVE: RedisScript = redisScript(`${COMMON}
forgetOld(KEYS[1], ARGV[2], ARGV[3])
redis.call('DEL', KEYS[1])`);

/** Notes that an entry was used. KEYS[1]: its key. ARGV: prefix, its member of the index, ttl or 0. */
export const TOUCH: RedisScript = redisScript(`${COMMON}
if redis.call('EXISTS', KEYS[1]) == 0 then return end
redis.call('ZADD', index, 'XX', now(), ARGV[2])
if ARGV[3] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end`);

/** A page of the index: the next cursor, then name, size and time of each entry. KEYS[1]: the index. ARGV: prefix, map, cursor. */
export const LIST: RedisScript = redisScript(`${COMMON}
local page = redis.call('ZSCAN', index, ARGV[3], 'MATCH', ARGV[2] .. ':*', 'COUNT', 500)
local result = { page[1] }
for at = 1, #page[2], 2 do
  local member = page[2][at]
  if redis.call('EXISTS', keyOf(member)) == 1 then
    table.insert(result, string.match(member, '^%a+:(%x+):'))
    table.insert(result, tostring(sizeOf(member)))
    table.insert(result, page[2][at + 1])
  else
    forget(member)
  end
end
return result`);
