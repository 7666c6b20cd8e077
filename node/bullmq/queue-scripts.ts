/** What clients and workers of a queue have Redis do in one step. In all of these, ARGV[1] is what our keys begin with. */
import { redisScript, type RedisScript } from './redis-script.ts';

/** How long a client that says nothing may still be there, in milliseconds. */
const CLIENT_TTL = 60_000;
/** How long a worker that says nothing may still be there, in milliseconds. */
const WORKER_TTL = 10_000;
/** How often a worker says that it lives, in milliseconds. */
export const WORKER_BEAT = 2000;
/** For how long what a client was told waits for it, in milliseconds. */
const ANSWERS_TTL = 3_600_000;
/** For how long a result waits for clients that asked for it while it was told to others, in milliseconds. */
const LATE_TTL = 60_000;
/** For how long it is known which job of BullMQ's computes a call, if nothing else ends it, in milliseconds. */
const OWNER_TTL = 86_400_000;
/** So many messages to workers are kept. */
const CONTROL_LENGTH = 10_000;

const COMMON = `
local own = ARGV[1]
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function forgetDeadWorkers()
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', own .. 'workers', '-inf', now())) do
    redis.call('ZREM', own .. 'workers', id)
    redis.call('HDEL', own .. 'about', id)
  end
end
-- Whether a job of BullMQ's is there, and not one of those that are only kept to be looked at.
local function isUnderWay(key)
  return redis.call('EXISTS', key) == 1 and redis.call('HEXISTS', key, 'finishedOn') == 0
end
local function tell(client, body)
  local stream = own .. 'answers:' .. client
  redis.call('XADD', stream, '*', 'b', body)
  redis.call('PEXPIRE', stream, ${ANSWERS_TTL})
end`;

/** A worker lives. ARGV: own, id, what it says of itself. */
export const ANNOUNCE: RedisScript = redisScript(`${COMMON}
forgetDeadWorkers()
redis.call('ZADD', own .. 'workers', now() + ${WORKER_TTL}, ARGV[2])
redis.call('HSET', own .. 'about', ARGV[2], ARGV[3])`);

/** A worker takes no more jobs. ARGV: own, id. */
export const LEAVE: RedisScript = redisScript(`${COMMON}
redis.call('ZREM', own .. 'workers', ARGV[2])
redis.call('HDEL', own .. 'about', ARGV[2])`);

/** A client lives. ARGV: own, client, the id of the last answer that it has read. Returns what the live workers say of themselves. */
export const CENSUS: RedisScript = redisScript(`${COMMON}
forgetDeadWorkers()
redis.call('SET', own .. 'client:' .. ARGV[2], 1, 'PX', ${CLIENT_TTL})
redis.call('XTRIM', own .. 'answers:' .. ARGV[2], 'MINID', ARGV[3])
redis.call('PEXPIRE', own .. 'answers:' .. ARGV[2], ${ANSWERS_TTL})
return redis.call('HVALS', own .. 'about')`);

/** A client goes, and wants nothing any more. ARGV: own, client. */
export const GO: RedisScript = redisScript(`${COMMON}
redis.call('DEL', own .. 'client:' .. ARGV[2], own .. 'answers:' .. ARGV[2])`);

/**
 * A client wants jobs that have keys. ARGV: own, what BullMQ's jobs begin with, client, then for each job its name and the
 * id under which it would be put into the queue. Returns for each `{ 'late', answer }` where its result has just been told,
 * `{ 'shared', id, worker }` where it is in the queue already, and a worker has begun with it if one is named, `{ 'new' }`, or `{ 'finished' }` where it is new and what has its id
 * has to be removed first.
 */
export const ATTACH: RedisScript = redisScript(`${COMMON}
local jobs, client = ARGV[2], ARGV[3]
local result = {}
for at = 4, #ARGV, 2 do
  local name, id = ARGV[at], ARGV[at + 1]
  local answer = redis.call('GET', own .. 'answer:' .. name)
  if answer then
    table.insert(result, { 'late', answer })
  else
    redis.call('SADD', own .. 'waiting:' .. name, client)
    redis.call('PEXPIRE', own .. 'waiting:' .. name, ${OWNER_TTL})
    -- What nobody wanted under that id was another one, if any.
    redis.call('SREM', own .. 'unwanted:' .. id, name)
    local owner = redis.call('GET', own .. 'owner:' .. name)
    if owner and isUnderWay(jobs .. owner) then
      redis.call('SREM', own .. 'unwanted:' .. owner, name)
      table.insert(result, { 'shared', owner, redis.call('HGET', jobs .. owner, 'pb') or '' })
    else
      redis.call('SET', own .. 'owner:' .. name, id, 'PX', ${OWNER_TTL})
      table.insert(result, { redis.call('EXISTS', jobs .. id) == 1 and 'finished' or 'new' })
    end
  end
end
return result`);

/**
 * A worker is about to run a job of BullMQ's. ARGV: own, what BullMQ's jobs begin with, its id, its client, then for each
 * job in it its name and whether it has a key (1 or 0). Returns for each `run`, `skip` (nobody wants it, or it is in
 * another job of BullMQ's) or `unheard` (its client seems to be dead).
 */
export const BEGIN: RedisScript = redisScript(`${COMMON}
local jobs, id, client = ARGV[2], ARGV[3], ARGV[4]
local isHeard = redis.call('EXISTS', own .. 'client:' .. client) == 1
local function stateOf(name, hasKey)
  local isUnwanted = redis.call('SISMEMBER', own .. 'unwanted:' .. id, name) == 1
  if not hasKey then
    if isUnwanted then return 'skip' end
    return isHeard and 'run' or 'unheard'
  end
  local owner = redis.call('GET', own .. 'owner:' .. name)
  if owner and owner ~= id and isUnderWay(jobs .. owner) then return 'skip' end
  if isUnwanted or redis.call('SCARD', own .. 'waiting:' .. name) == 0 then
    redis.call('DEL', own .. 'owner:' .. name)
    return 'skip'
  end
  redis.call('SET', own .. 'owner:' .. name, id, 'PX', ${OWNER_TTL})
  return 'run'
end
local result = {}
for at = 5, #ARGV, 2 do table.insert(result, stateOf(ARGV[at], ARGV[at + 1] == '1')) end
return result`);

/**
 * A worker tells clients something. ARGV: own, the key of BullMQ's job or '', the token of its lock, the id of the job of BullMQ's, its
 * client, the name of the one job that it is about, or '' where all those are this client's alone; `news` where more will
 * follow, `done` where that was the result, `over` where it has ended without one; the message; '1' where it is a result
 * that late comers may be given; and the name of what is stored for it, or ''. Returns 0, and tells nothing, where the job is
 * there and the lock is another one's, or gone: somebody else runs it, or soon will. Where there is no such job, Redis has
 * lost its data, and what the worker has found out is still right.
 */
export const TELL: RedisScript = redisScript(`${COMMON}
local id, client, name, kind, body, isResult, stored = unpack(ARGV, 4, 10)
local isHeld = ARGV[2] == '' or redis.call('GET', ARGV[2] .. ':lock') == ARGV[3]
if not isHeld and redis.call('EXISTS', ARGV[2]) == 1 then return 0 end
local clients = { client }
if name ~= '' then clients = redis.call('SMEMBERS', own .. 'waiting:' .. name) end
for _, each in ipairs(clients) do tell(each, body) end
if stored ~= '' then redis.call('SET', own .. 'readers:' .. stored, #clients, 'PX', ${ANSWERS_TTL}) end
if name ~= '' and kind ~= 'news' then
  redis.call('DEL', own .. 'waiting:' .. name)
  if redis.call('GET', own .. 'owner:' .. name) == id then redis.call('DEL', own .. 'owner:' .. name) end
  if isResult == '1' then redis.call('SET', own .. 'answer:' .. name, body, 'PX', ${LATE_TTL}) end
end
return 1`);

/** A client has read what was stored for a message. ARGV: own, its name. Returns how many others have not. */
export const READ: RedisScript = redisScript(`${COMMON}
local left = redis.call('DECR', own .. 'readers:' .. ARGV[2])
if left <= 0 then redis.call('DEL', own .. 'readers:' .. ARGV[2]) end
return left`);

/**
 * A client does not want jobs any more. ARGV: own, client, then for each the id of the job of BullMQ's that it is in, its
 * name, and whether it has a key (1 or 0). Returns for each whether nobody wants it now (1 or 0); workers are told.
 */
export const CANCEL: RedisScript = redisScript(`${COMMON}
local client = ARGV[2]
local result, ids, names = {}, {}, {}
for at = 3, #ARGV, 3 do
  local id, name = ARGV[at], ARGV[at + 1]
  local isUnwanted = true
  if ARGV[at + 2] == '1' then
    redis.call('SREM', own .. 'waiting:' .. name, client)
    isUnwanted = redis.call('SCARD', own .. 'waiting:' .. name) == 0
  end
  table.insert(result, isUnwanted and 1 or 0)
  if isUnwanted then
    redis.call('SADD', own .. 'unwanted:' .. id, name)
    redis.call('PEXPIRE', own .. 'unwanted:' .. id, ${OWNER_TTL})
    if names[id] == nil then
      names[id] = {}
      table.insert(ids, id)
    end
    table.insert(names[id], name)
  end
end
for _, id in ipairs(ids) do
  redis.call('XADD', own .. 'control', 'MAXLEN', '~', ${CONTROL_LENGTH}, '*', 'id', id, 'names', cjson.encode(names[id]))
end
return result`);

/** Which jobs of BullMQ's are not under way. ARGV: own, what BullMQ's jobs begin with, ids. Returns 1 for each that is not. */
export const MISSING: RedisScript = redisScript(`${COMMON}
local result = {}
for at = 3, #ARGV do table.insert(result, isUnderWay(ARGV[2] .. ARGV[at]) and 0 or 1) end
return result`);
