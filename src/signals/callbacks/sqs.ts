import { type Delivery, DeliveryError } from '../outbox/delivery.ts'
import { awsErrorType, awsIdentity, sendSigned } from './aws.ts'
import { addressOf, type Callback } from './callback.ts'

/** What one request may hold. The bytes are those of queues that were made before 2025. */
const MESSAGES = 10
const BYTES = 240_000

/** Errors of the request itself, not of the moment or of rights. */
const FINAL = /InvalidMessageContents|BatchRequestTooLong|InvalidParameterValue|InvalidBatchEntryId/

/** Amazon SQS: one message for each call, ten in a request. */
export const sqs: Callback = {
  what: 'Amazon SQS: one message for each call (`aws_sqs_callback_params`)',
  variables: ['AWS_REGION_NAME', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  needed: 0,
  isOperators: true,
  tellsChanges: true,
  missingSettings: ({ awsSqsCallbackParams }) =>
    awsSqsCallbackParams?.sqs_queue_url ? [] : ['litellm_settings.aws_sqs_callback_params.sqs_queue_url'],
  open(env, settings) {
    const { awsSqsCallbackParams: params = {} } = settings
    const queue = addressOf(params.sqs_queue_url ?? '')
    const url = `${params.sqs_endpoint_url ? addressOf(params.sqs_endpoint_url) : new URL(queue).origin}/`
    const region = params.sqs_region_name ?? /\.([a-z0-9-]+)\.amazonaws\.com/.exec(queue)?.[1]
    const credential = awsIdentity('sqs', { ...params, ...(region && { sqs_region_name: region }) }, env)
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessageBatch' }
    return {
      flushIntervalMs: params.sqs_flush_interval,
      async deliver(batch, signal) {
        for (const some of requestsOf(batch)) {
          const body = JSON.stringify({ QueueUrl: queue, Entries: some.map((one, at) => entryOf(one, at, queue)) })
          const refuses = (_: number, text: string) => FINAL.test(awsErrorType(text))
          throwFailed(await sendSigned(settings, credential, { url, headers, body, signal, refuses }))
        }
      },
    }
  },
}

function* requestsOf(batch: readonly Delivery[]): Generator<readonly Delivery[]> {
  let some: Delivery[] = []
  let bytes = 0
  for (const delivery of batch) {
    const size = Buffer.byteLength(JSON.stringify(delivery.payload))
    if (some.length === MESSAGES || (some.length > 0 && bytes + size > BYTES)) {
      yield some
      some = []
      bytes = 0
    }
    some.push(delivery)
    bytes += size
  }
  if (some.length > 0) yield some
}

/** A queue that keeps order knows a message that comes twice by its id. */
function entryOf({ id, payload }: Delivery, at: number, queue: string) {
  const ordered = { MessageGroupId: 'litellm', MessageDeduplicationId: id }
  return { Id: String(at), MessageBody: JSON.stringify(payload), ...(queue.endsWith('.fifo') && ordered) }
}

/** A request may succeed for a part of its messages. */
function throwFailed(answer: string): void {
  const { Failed: failed = [] } = JSON.parse(answer) as { Failed?: readonly { Code?: string; SenderFault?: boolean }[] }
  const [first] = failed
  if (!first) return
  const isRefused = failed.some(({ SenderFault: fault }) => fault === true)
  throw new DeliveryError(`SQS has not taken ${failed.length} messages: ${first.Code}`, { isRefused })
}
