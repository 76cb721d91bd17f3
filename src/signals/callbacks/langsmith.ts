import { createHash } from 'node:crypto'
import type { Json } from '../../types.ts'
import type { Delivery } from '../outbox/delivery.ts'
import { addressOf, type Callback, numberIn, objectIn, textIn } from './callback.ts'
import { post } from './post.ts'

const CLOUD = 'https://api.smith.langchain.com'

/** LangSmith's batch endpoint: one run for each call. */
export const langsmith: Callback = {
  what: 'LangSmith: one run for each call',
  variables: [
    'LANGSMITH_API_KEY',
    'LANGSMITH_PROJECT',
    'LANGSMITH_BASE_URL',
    'LANGSMITH_TENANT_ID',
    'LANGSMITH_DEFAULT_RUN_NAME',
    'LANGSMITH_BATCH_SIZE',
  ],
  needed: 1,
  open(env, { langsmithBatchSize }) {
    const url = `${addressOf(env.LANGSMITH_BASE_URL || CLOUD)}/api/v1/runs/batch`
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'x-api-key': env.LANGSMITH_API_KEY!,
      ...(env.LANGSMITH_TENANT_ID && { 'x-tenant-id': env.LANGSMITH_TENANT_ID }),
    }
    const defaults = {
      project: env.LANGSMITH_PROJECT || 'litellm-completion',
      runName: env.LANGSMITH_DEFAULT_RUN_NAME || 'LLMRun',
    }
    return {
      batchSize: langsmithBatchSize ?? (Number(env.LANGSMITH_BATCH_SIZE) || undefined),
      async deliver(batch, signal) {
        const body = JSON.stringify({ post: batch.map((delivery) => runOf(delivery, defaults)) })
        await post({ url, headers, body, signal })
      },
    }
  },
}

function runOf({ id, payload }: Delivery, defaults: { readonly project: string; readonly runName: string }): Json {
  const metadata = objectIn(payload, 'metadata')
  const steering = objectIn(metadata, 'requester_metadata')
  // A run that comes twice has the same id.
  const runId = uuidOf(textIn(steering, 'run_id') ?? id)
  const parent = textIn(steering, 'parent_run_id')
  const startTime = numberIn(payload, 'startTime')
  const response = payload.response
  return {
    id: runId,
    name: textIn(steering, 'run_name') ?? defaults.runName,
    run_type: 'llm',
    inputs: payload,
    outputs: {
      ...(typeof response === 'object' && response !== null && !Array.isArray(response) ? response : { response }),
      usage_metadata: {
        input_tokens: payload.prompt_tokens,
        output_tokens: payload.completion_tokens,
        total_tokens: payload.total_tokens,
        total_cost: payload.response_cost,
      },
    },
    session_name: textIn(steering, 'project_name') ?? defaults.project,
    start_time: startTime,
    end_time: payload.endTime,
    tags: payload.request_tags,
    extra: { metadata },
    error: textIn(payload, 'error_str'),
    session_id: textIn(steering, 'session_id'),
    ...placeOf(steering, { runId, parent, startTime }),
  }
}

/** LangSmith refuses a batch in which a root run is not its own trace. */
function placeOf(
  steering: Json,
  run: { readonly runId: string; readonly parent?: string; readonly startTime: number },
): Json {
  const own = `${compactTime(run.startTime)}${run.runId}`
  const dotted_order = textIn(steering, 'dotted_order') ?? own
  if (!run.parent) return { trace_id: run.runId, dotted_order: own }
  return { parent_run_id: run.parent, trace_id: textIn(steering, 'trace_id') ?? run.parent, dotted_order }
}

/** `20260304T235959500000Z` */
function compactTime(seconds: number): string {
  const [date, fraction = ''] = new Date(seconds * 1_000).toISOString().replace(/[-:]/g, '').replace('Z', '').split('.')
  return `${date}${fraction.padEnd(6, '0')}Z`
}

function uuidOf(id: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id.toLowerCase()
  const hex = createHash('sha256').update(id).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
