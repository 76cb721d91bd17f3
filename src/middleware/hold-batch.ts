import type { RequestContext } from '../context.ts'
import { LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import type { Call } from '../types.ts'
import type { RelayTarget } from '../upstream/relay.ts'
import { readBatchInput } from './batch-input.ts'

type HoldingGateway = Pick<Gateway, 'events' | 'gate' | 'upstream'>

/** Holds a batch that is being ordered to the models and limits of its caller, by what is in its file. Throws the refusal. */
export async function holdBatch(
  { events, gate, upstream }: HoldingGateway,
  { callId, key }: RequestContext,
  call: Call,
  target: RelayTarget,
): Promise<void> {
  const fileId = call.json?.input_file_id
  if (!key || !gate.enterBatch || call.callType !== 'acreate_batch' || typeof fileId !== 'string') return
  const read = () => readBatchInput(fileId, target, upstream)
  const { refusal, reported } = await gate.enterBatch({ callId, key, call }, read)
  const { hashedToken } = key
  for (const { code, message } of reported) events.tell('key:report', { code, message, hashedToken })
  if (!refusal) return
  const { code, ...details } = refusal
  events.tell('key:reject', { code, hashedToken })
  throw new LiteLLMError(code, details)
}
