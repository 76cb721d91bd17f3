import type { ServerResponse } from 'node:http'
import { isAdministrator } from '../../admission/resources/resource-owner.ts'
import { reportTo } from '../../call/forward/call-resources.ts'
import { guardResources } from '../../call/forward/resource-guard.ts'
import type { RequestContext } from '../../call/request/context.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import type { Call, VirtualKey } from '../../types.ts'
import type { RelayTarget } from '../../upstream/relay/relay.ts'
import type { Upstream } from '../../upstream/upstream.ts'
import { type BatchFile, batchInputReader } from '../../usage/background/batch-input.ts'
import { askUpstream } from './ask-upstream.ts'

const BATCHES = /\/batches(?=\?|$)/

type HoldingGateway = Pick<Gateway, 'events' | 'admission' | 'upstream' | 'resources'>

/**
 * Holds a batch that is being ordered to the resources, models and limits of its caller, by what is in its file. Throws
 * the refusal.
 */
export async function holdBatch(
  gateway: HoldingGateway,
  { callId, key }: RequestContext,
  call: Call,
  target: RelayTarget,
  res: ServerResponse,
): Promise<void> {
  const { events, admission, upstream } = gateway
  const fileId = call.json?.input_file_id
  if (!key || call.callType !== 'acreate_batch' || typeof fileId !== 'string') return
  let reading: Promise<BatchFile | undefined> | undefined
  const read = () => {
    reading ??= readBatchInput(fileId, target, upstream)
    return reading
  }
  await guardRequests(gateway, key, read, res)
  if (!admission.admitBatch) return
  const { refusal, reported } = await admission.admitBatch({ callId, key, call }, read)
  const { hashedToken } = key
  for (const { code, message } of reported) events.tell('key:report', { code, message, hashedToken })
  if (!refusal) return
  const { code, ...details } = refusal
  events.tell('key:reject', { code, hashedToken })
  throw new LiteLLMError(code, details)
}

/** The provider runs the requests of a file as the account that all keys share: it would open any file of it. */
async function guardRequests(
  { events, resources }: HoldingGateway,
  key: VirtualKey,
  read: () => Promise<BatchFile | undefined>,
  res: ServerResponse,
): Promise<void> {
  if (!resources || resources.mode === 'shared' || isAdministrator(key)) return
  const onReport = reportTo({ events }, key, res)
  const file = await (resources.mode === 'report' ? read().catch(() => undefined) : read())
  if (!file) return
  await guardResources({ events, resources }, key, [...file.resources], onReport)
  if (file.unread === 0) return
  const refusal = new LiteLLMError('forbidden', { message: TOO_LONG })
  if (resources.mode === 'own') throw refusal
  onReport(refusal)
}

const TOO_LONG =
  'A request of the batch input file is longer than 8 MB: it cannot be seen whether the key may use what it names. Name large inputs as files.'

/**
 * Asks the upstream that a batch is ordered of for its input file, and reads what is in it. `undefined` when there is no
 * such file: the upstream will say so. Rejects when it cannot be read, or not to its end.
 */
async function readBatchInput(fileId: string, target: RelayTarget, upstream: Upstream): Promise<BatchFile | undefined> {
  const path = target.path.replace(BATCHES, `/files/${encodeURIComponent(fileId)}/content`)
  const reader = batchInputReader()
  const status = await askUpstream({ upstream, target }, path, reader.push).catch((cause: unknown) => {
    throw unreadable(cause)
  })
  if (status === 200) return reader.end()
  if (status === 404) return undefined
  throw unreadable(new Error(`It was answered with ${status}`))
}

function unreadable(cause: unknown): LiteLLMError {
  return new LiteLLMError('upstream_error', { cause, message: 'The input file of the batch could not be read.' })
}
