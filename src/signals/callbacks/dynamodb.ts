import { type Delivery, DeliveryError } from '../outbox/delivery.ts'
import { awsDomain, awsErrorType, awsIdentity, sendSigned } from './aws.ts'
import { addressOf, type Callback, numberIn, objectIn, textIn } from './callback.ts'

/** Items of one request, as DynamoDB limits them. */
const ITEMS = 25

/** Amazon DynamoDB: one item for each call, with the columns that LiteLLM writes. All of them are texts. */
export const dynamodb: Callback = {
  what: 'Amazon DynamoDB: one item for each call, also for failed ones, by the partition key `id` (`dynamodb_table_name`)',
  variables: [
    'AWS_REGION_NAME',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_ENDPOINT_URL_DYNAMODB',
  ],
  needed: 1,
  isOperators: true,
  missingSettings: ({ dynamodbTableName }) => (dynamodbTableName ? [] : ['litellm_settings.dynamodb_table_name']),
  open(env, settings) {
    const table = settings.dynamodbTableName ?? ''
    const credential = awsIdentity('dynamodb', {}, env)
    const own = `https://dynamodb.${credential.region}.${awsDomain(credential.region)}`
    const url = `${addressOf(env.AWS_ENDPOINT_URL_DYNAMODB || own)}/`
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.BatchWriteItem' }
    return {
      async deliver(batch, signal) {
        for (let from = 0; from < batch.length; from += ITEMS) {
          const items = itemsOf(batch.slice(from, from + ITEMS))
          const body = JSON.stringify({ RequestItems: { [table]: items.map((Item) => ({ PutRequest: { Item } })) } })
          const refuses = (_: number, text: string) => awsErrorType(text) === 'ValidationException'
          throwLeft(await sendSigned(settings, credential, { url, headers, body, signal, refuses }))
        }
      },
    }
  },
}

/** A request may name a key once: the last call of an id that a provider has given twice counts. */
function itemsOf(batch: readonly Delivery[]): readonly object[] {
  return [...new Map(batch.map((delivery) => [textIn(delivery.payload, 'id'), itemOf(delivery)])).values()]
}

function itemOf({ id, payload }: Delivery): object {
  const metadata = objectIn(payload, 'metadata')
  const columns = {
    id: textIn(payload, 'id') ?? id,
    litellm_call_id: id,
    call_type: payload.call_type,
    startTime: timeText(numberIn(payload, 'startTime')),
    endTime: timeText(numberIn(payload, 'endTime')),
    model: payload.model,
    user: payload.end_user,
    modelParameters: payload.model_parameters,
    messages: payload.messages,
    response: payload.response,
    usage: metadata.usage_object,
    metadata,
  }
  const texts = Object.entries(columns).map(([name, value]) => [
    name,
    { S: typeof value === 'string' ? value : JSON.stringify(value ?? null) },
  ])
  return Object.fromEntries(texts)
}

/** As Python writes a time. */
function timeText(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('T', ' ').replace('Z', '000')
}

/** What DynamoDB has no room for at the moment it gives back. */
function throwLeft(answer: string): void {
  const { UnprocessedItems: left = {} } = JSON.parse(answer) as { UnprocessedItems?: object }
  if (Object.keys(left).length > 0) throw new DeliveryError('DynamoDB has not taken all items')
}
