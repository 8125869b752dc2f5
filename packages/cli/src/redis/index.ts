export { findRedisServer, type FindRedisOptions } from './binary.js';
export { RedisNotFound, RedisStartFailed } from './errors.js';
export { startPrivateRedis, type PrivateRedis, type PrivateRedisOptions } from './private-redis.js';
export type { Machine, RedisBinary } from './search.js';
