export { findRedisServer, type FindRedisOptions, type RedisBinary } from './binary.js';
export { RedisNotFound, RedisStartFailed } from './errors.js';
export { startPrivateRedis, type PrivateRedis, type PrivateRedisOptions } from './private-redis.js';
