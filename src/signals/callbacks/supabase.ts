import type { Delivery } from '../outbox/delivery.ts'
import { addressOf, type Callback, numberIn, objectIn, textIn } from './callback.ts'
import { post } from './post.ts'

/** Supabase's table `request_logs`, by PostgREST. A row that comes twice is one row, by `litellm_call_id`. */
export const supabase: Callback = {
  what: 'Supabase: one row of the table `request_logs` for each call, also for failed ones',
  variables: ['SUPABASE_URL', 'SUPABASE_KEY'],
  needed: 2,
  open(env) {
    const url = `${addressOf(env.SUPABASE_URL!)}/rest/v1/request_logs?on_conflict=litellm_call_id`
    const headers = {
      'content-type': 'application/json',
      apikey: env.SUPABASE_KEY!,
      authorization: `Bearer ${env.SUPABASE_KEY}`,
      prefer: 'resolution=merge-duplicates,return=minimal',
    }
    return {
      async deliver(batch, signal) {
        await post({ url, headers, body: JSON.stringify(batch.map(rowOf)), signal })
      },
    }
  },
}

/** PostgREST wants the same members in all rows of one request. */
function rowOf({ id, status, payload }: Delivery) {
  return {
    litellm_call_id: id,
    status,
    model: payload.model,
    messages: payload.messages,
    response: textOf(payload.response),
    end_user: textIn(payload, 'end_user') ?? null,
    response_time: numberIn(payload, 'endTime') - numberIn(payload, 'startTime'),
    total_cost: numberIn(payload, 'response_cost'),
    error: status === 'failure' ? objectIn(payload, 'error_information') : null,
  }
}

/** The text of the first choice, where there is one. */
function textOf(response: unknown): unknown {
  const { choices } = (response ?? {}) as { choices?: readonly { message?: { content?: unknown } }[] }
  return choices?.[0]?.message?.content ?? response
}
