/** `somen/bullmq`: jobs by way of BullMQ's queues on Redis, and a cache in Redis. Needs the packages `bullmq` and `ioredis`. */
export { queue, type QueueOptions } from './queue.ts';
export { redisCache, type RedisCacheOptions } from './redis-cache.ts';
export type { RedisAddress } from './redis-address.ts';
