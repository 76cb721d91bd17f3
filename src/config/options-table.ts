import * as z from 'zod'
import { snakeCase } from './litellm-section.ts'
import { databaseShape, optionsSchema } from './options-schema.ts'
import { defaultOf, typeName, withoutDefault } from './schema-kinds.ts'

export interface OptionRow {
  /** Name in code. */
  readonly option: string
  /** Where it stands in a config.yaml; empty when only code can say it. */
  readonly yaml: string
  readonly type: string
  /** As users would write it; empty when there is none, or when the meaning tells it. */
  readonly default: string
  readonly meaning: string
}

/** One row per option, read off the schema: the source of the README's table. */
export function optionsTable(): OptionRow[] {
  return rowsOf(optionsSchema.shape)
}

function rowsOf(shape: Readonly<Record<string, unknown>>, above = ''): OptionRow[] {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const leaf = schema as z.ZodType
    const option = above + name
    const inner = withoutDefault(leaf)
    if (inner instanceof z.ZodObject) return rowsOf(inner.shape, `${option}.`)
    const standard = defaultOf(leaf)
    return {
      option,
      yaml: yamlName(option),
      type: typeName(leaf),
      default: standard === undefined ? '' : String(standard),
      meaning: leaf.description ?? '',
    }
  })
}

/** Options that LiteLLM has under a name and a unit of its own. */
const LITELLM_NAMES: Readonly<Record<string, string>> = {
  strictConfig: 'general_settings.strict_config',
  masterKey: 'general_settings.master_key',
  modelCostMap: 'litellm_settings.model_cost_map_url',
  maxBodyBytes: 'general_settings.max_request_size_mb',
  maxHeldBodyBytes: 'general_settings.max_held_bodies_mb',
  headersTimeout: 'general_settings.request_headers_timeout',
  bodyTimeout: 'general_settings.request_body_timeout',
  upstreamTimeout: 'router_settings.timeout',
  disableSpendLogs: 'general_settings.disable_spend_logs',
  disableSpendUpdates: 'general_settings.disable_spend_updates',
  storePromptsInSpendLogs: 'general_settings.store_prompts_in_spend_logs',
  useRedisTransactionBuffer: 'general_settings.use_redis_transaction_buffer',
  spendLogsRetention: 'general_settings.maximum_spend_logs_retention_period',
  spendLogsRetentionInterval: 'general_settings.maximum_spend_logs_retention_interval',
  shutdownGrace: 'general_settings.shutdown_grace',
  shutdownDrainDelay: 'general_settings.shutdown_drain_delay',
}

function yamlName(option: string): string {
  return Object.hasOwn(databaseShape, option.split('.')[0]!)
    ? `litellm_db.${snakeCase(option)}`
    : (LITELLM_NAMES[option] ?? '')
}
