import * as z from 'zod'
import { REDIS_NODES_RULE, redisNodesOf } from '../../lib/redis/redis-address.ts'
import { readable } from '../schema-kinds.ts'
import { amount, count, flag, names, oneOf, text } from './kinds.ts'

const redisNodes = () => readable(z.unknown(), REDIS_NODES_RULE, redisNodesOf)

const MESSAGES_RULE = 'must be a whole number of at least 0, or null'

/**
 * `litellm_settings.cache_params` as far as they are acted on. The last three are not LiteLLM's. The address of the Redis
 * is that of rate limits and spend too, see ../redis.ts.
 */
export const cacheParamsShape = {
  type: text().optional(),
  host: text().optional(),
  port: count(1).optional(),
  username: text().optional(),
  password: text().optional(),
  db: count(0).optional(),
  ssl: flag().optional(),
  url: text().optional(),
  redis_startup_nodes: redisNodes().optional(),
  sentinel_nodes: redisNodes().optional(),
  service_name: text().optional(),
  sentinel_password: text().optional(),
  socket_timeout: amount().optional(),
  ttl: amount().optional(),
  default_in_memory_ttl: amount().optional(),
  default_in_redis_ttl: amount().optional(),
  namespace: text().optional(),
  supported_call_types: names().optional(),
  mode: oneOf('default_on', 'default_off').optional(),
  // LiteLLM's `null`, see `keepNoLimit`.
  max_messages: z.union([count(0), z.literal('none')], { error: MESSAGES_RULE }).optional(),
  scope: oneOf('shared', 'team', 'key').optional(),
  max_bytes: count(1).optional(),
  stale_while_revalidate: amount().optional(),
}
