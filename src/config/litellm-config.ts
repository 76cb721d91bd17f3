import * as z from 'zod'
import type { ClientAbortOptions } from '../types.ts'
import { cloudParamsShape } from './models/cloud-params.ts'
import { isPriceField } from './prices.ts'
import { choice, duration, flag, numeric, seconds, whole } from './schema-kinds.ts'

const MODES = ['auto', 'drain', 'cancel'] as const

const RULE = 'must be auto, drain or cancel, or an object with `mode`, `drain_timeout` and `drain_max_bytes`'

/** The APIs in which a model can be asked for a chat. */
const CHAT_SHAPES = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'vertex-anthropic',
  'gemini-generate',
  'bedrock-converse',
  'cohere-chat',
  'ollama-chat',
] as const

/** `litellm_params.on_client_abort`: what to do, or an object that says how long and how far an answer is drained too. */
const ownClientAbort = z.union(
  [
    z.enum(MODES).transform((mode): Partial<ClientAbortOptions> => ({ mode })),
    z
      .strictObject({
        mode: choice(...MODES).optional(),
        drain_timeout: duration().optional(),
        drain_max_bytes: whole(0).optional(),
      })
      .transform(
        ({ mode, drain_timeout: drainMs, drain_max_bytes: drainBytes }): Partial<ClientAbortOptions> => ({
          ...(mode !== undefined && { mode }),
          ...(drainMs !== undefined && { drainMs }),
          ...(drainBytes !== undefined && { drainBytes }),
        }),
      ),
  ],
  { error: RULE },
)

/*
 * LiteLLM's config.yaml. Loose: what LiteLLM accepts is accepted. Typed are the keys that are acted on, so that a mistake
 * in one of them is found while starting up.
 */

const text = z.string().min(1)
const limit = numeric('must be a number of at least 0', (number) => number >= 0)
const PRICE_RULE = 'must be a number of US dollars of at least 0'
const dollars = numeric(PRICE_RULE, (number) => number >= 0)
const headers = z.record(z.string(), z.union([z.string(), z.number(), flag()], { error: 'must be text' }))

const litellmParams = z
  .looseObject({
    model: text,
    custom_llm_provider: text.optional(),
    api_base: text.optional(),
    base_url: text.optional(),
    api_key: z.string().optional(),
    api_version: z.string().optional(),
    organization: z.string().optional(),
    base_model: text.optional(),
    headers: headers.optional(),
    extra_headers: headers.optional(),
    timeout: seconds().optional(),
    stream_timeout: seconds().optional(),
    cooldown_time: seconds().optional(),
    num_retries: limit.optional(),
    max_retries: limit.optional(),
    rpm: limit.optional(),
    tpm: limit.optional(),
    weight: limit.optional(),
    order: limit.optional(),
    max_parallel_requests: limit.optional(),
    tags: z.array(z.string()).optional(),
    tag_regex: z.array(z.string()).optional(),
    ...cloudParamsShape,
    configurable_clientside_auth_params: z.array(z.unknown()).optional(),
    drop_params: flag().optional(),
    additional_drop_params: z.array(z.string()).optional(),
    allowed_openai_params: z.array(z.string()).optional(),
    prefer_shape: choice(...CHAT_SHAPES).optional(),
    use_chat_completions_api: flag().optional(),
    extra_body: z.record(z.string(), z.unknown()).optional(),
    on_client_abort: ownClientAbort.optional(),
  })
  .superRefine(checkPrices)

const modelInfo = z
  .looseObject({
    id: z.union([text, z.int()], { error: 'must be text' }).transform(String).optional(),
    base_model: text.optional(),
    rpm: limit.optional(),
    tpm: limit.optional(),
    allowed_fails: limit.optional(),
    allowed_fails_policy: z.record(z.string(), z.number()).optional(),
    cooldown_time: seconds().optional(),
    enable_tag_filtering: flag().optional(),
    max_input_tokens: limit.optional(),
    team_id: text.optional(),
    team_public_model_name: text.optional(),
    blocked: flag().optional(),
    access_groups: z.array(z.string()).optional(),
  })
  .superRefine(checkPrices)

/** One entry of `model_list`, as it stands in a file or in LiteLLM's model table. */
export const modelEntrySchema = z.looseObject({
  model_name: text,
  litellm_params: litellmParams,
  model_info: modelInfo.optional(),
  rpm: limit.optional(),
  tpm: limit.optional(),
})

/** The sections that are not settings; see settings/ for those. */
export const litellmConfigSchema = z.looseObject({
  // Each entry is read by deployments.ts, which needs it as it was written.
  model_list: z.array(z.unknown()).default([]),
  default_vertex_config: z
    .looseObject({
      vertex_project: cloudParamsShape.vertex_project,
      vertex_location: cloudParamsShape.vertex_location,
      vertex_credentials: cloudParamsShape.vertex_credentials,
    })
    .optional(),
  // Checked by the schema of the options, see litellm-section.ts.
  litellm_db: z.unknown().optional(),
})

export type ModelEntry = z.output<typeof modelEntrySchema>
export type LiteLLMConfig = z.output<typeof litellmConfigSchema>

function checkPrices(fields: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  for (const [name, input] of Object.entries(fields)) {
    // Tiers and search contexts are lists and mappings.
    if (!isPriceField(name) || typeof input === 'object' || dollars.safeParse(input).success) continue
    // One that has been told of: see readablePrices.
    if (Number.isNaN(input)) continue
    context.addIssue({ code: 'custom', path: [name], input, message: PRICE_RULE })
  }
}
