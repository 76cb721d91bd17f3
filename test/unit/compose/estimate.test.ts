import { expect, test } from '@jest/globals'
import { PastCalls } from '../../../src/admission/budgets/past-calls.ts'
import type { CountedTokens } from '../../../src/admission/facts/estimate.ts'
import { createEstimate } from '../../../src/compose/estimate.ts'
import type { Call, Deployment, FoundPrice, Json, ModelPrice } from '../../../src/types.ts'
import { usageOf } from '../../../src/usage/shapes/reader.ts'
import { aCall, aDeployment, aKey } from '../../support/facts.ts'

const CONTEXT = 100_000
const MODEL_LIMIT = 9_000
const PRICE = { input_cost_per_token: 1, output_cost_per_token: 2, max_input_tokens: CONTEXT }

function setup({ counted = 'total', price = {}, deployment = {} }: Partial<Setup> = {}) {
  const past = new PastCalls()
  const estimate = createEstimate({
    deploymentsOf: () => [aDeployment(deployment)],
    prices: { find: () => ({ price: { ...PRICE, ...price } }) as unknown as FoundPrice },
    counted,
    past,
  })
  return { past, estimate: (call: Partial<Call>) => estimate(aCall(call), aKey()) }
}

interface Setup {
  readonly counted: CountedTokens
  readonly price: ModelPrice
  readonly deployment: Partial<Deployment>
}

test.each([
  ['total', 17],
  ['input', 10],
  ['output', 7],
] as const)('of a call %s tokens may count, and each kind is known by itself', (counted, tokens) => {
  const { estimate } = setup({ counted })
  const found = estimate({ body: Buffer.alloc(40), json: { max_tokens: 7 } })
  expect(found).toMatchObject({ tokens, input: 10, output: 7, cost: 24 })
})

const NAMES = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'max_tokens_to_sample', 'num_predict']
const GROUPED: readonly Json[] = [
  { generationConfig: { maxOutputTokens: 4_096 } },
  { generation_config: { max_output_tokens: 4_096 } },
  { generationConfig: { max_output_tokens: '4096' } },
  { inferenceConfig: { maxTokens: 4_096 } },
  { options: { num_predict: 4_096 } },
  { textGenerationConfig: { maxTokenCount: 4_096 } },
  { parameters: { max_new_tokens: 4_096 } },
  { extra_body: { max_tokens: 4_096 } },
  { extra_body: { generationConfig: { maxOutputTokens: 4_096 } } },
]
const SHAPES: readonly (readonly [string, Json])[] = [
  ['openai-chat', { max_tokens: 1 }],
  ['openai-chat', { max_completion_tokens: 1 }],
  ['openai-completions', { max_tokens: 1 }],
  ['openai-responses', { max_output_tokens: 1 }],
  ['anthropic-messages', { max_tokens: 1 }],
  ['vertex-anthropic', { max_tokens: 1 }],
  ['cohere-chat', { max_tokens: 1 }],
  ['gemini-generate', { generationConfig: { maxOutputTokens: 1 } }],
  ['gemini-generate', { generation_config: { max_output_tokens: '1' } }],
  ['bedrock-converse', { inferenceConfig: { maxTokens: 1 } }],
  ['bedrock-invoke', { max_gen_len: 1 }],
  ['ollama-chat', { options: { num_predict: 1 } }],
  ['ollama-generate', { options: { num_predict: 1 } }],
  ['pass-through', { max_tokens: 1 }],
]

test.each(SHAPES)('%s: %j alone is the limit, and a larger one under any other name takes its place', (shape, own) => {
  const { estimate } = setup({ price: { max_output_tokens: MODEL_LIMIT } })
  expect(estimate({ shape, json: own }).output).toBe(1)
  for (const name of NAMES.filter((name) => !(name in own)))
    expect(estimate({ shape, json: { [name]: 4_096, ...own } }).output).toBe(4_096)
  for (const other of GROUPED) {
    const [group] = Object.keys(other)
    if (group! in own) continue
    expect(estimate({ shape, json: { ...own, ...other } }).output).toBe(4_096)
  }
})

test.each([
  ['openai-chat', { max_output_tokens: 1 }],
  ['openai-chat', { options: { num_predict: 1 } }],
  ['openai-chat', { generationConfig: { maxOutputTokens: 1 } }],
  ['openai-completions', { max_completion_tokens: 1 }],
  ['openai-responses', { max_tokens: 1 }],
  ['anthropic-messages', { max_completion_tokens: 1 }],
  ['gemini-generate', { max_tokens: 1 }],
  ['bedrock-converse', { max_tokens: 1 }],
  ['ollama-chat', { num_predict: 1 }],
] as const)('%s does not apply %j: the limit of the model holds', (shape, json) => {
  const { estimate } = setup({ price: { max_output_tokens: MODEL_LIMIT } })
  expect(estimate({ shape, json }).output).toBe(MODEL_LIMIT)
})

test.each([1e-9, 0.5, 0, -1, 'many', '', {}, [1], true])(
  'a limit of %j is none that a provider is certain to apply',
  (limit) => {
    const { estimate } = setup({ price: { max_output_tokens: MODEL_LIMIT } })
    expect(estimate({ json: { max_tokens: limit } }).output).toBe(MODEL_LIMIT)
    expect(estimate({ json: { max_tokens: 3, max_completion_tokens: limit } }).output).toBe(MODEL_LIMIT)
  },
)

test('without any limit an answer has the tokens of the model, else 4,096', () => {
  expect(setup({ price: { max_output_tokens: MODEL_LIMIT } }).estimate({ json: {} }).output).toBe(MODEL_LIMIT)
  expect(setup().estimate({ json: {} }).output).toBe(4_096)
})

test.each([
  ['openai-chat', { n: 3 }, 3],
  ['openai-chat', { n: '3' }, 3],
  ['openai-chat', { n: 2.5 }, 3],
  ['openai-chat', { n: 1e-9 }, 1],
  ['openai-chat', { n: -4 }, 1],
  ['openai-chat', { extra_body: { n: 3 } }, 3],
  ['openai-completions', { n: 2, best_of: 5 }, 5],
  ['openai-completions', { bestOf: 5 }, 5],
  ['openai-completions', { prompt: ['a', 'b', 'c'], n: 2 }, 6],
  ['openai-completions', { prompt: [[1], [2]] }, 2],
  ['openai-completions', { prompt: [1, 2, 3] }, 1],
  ['openai-completions', { prompt: 'abc' }, 1],
  ['gemini-generate', { generationConfig: { candidateCount: 4 } }, 4],
  ['gemini-generate', { generation_config: { candidate_count: '4' } }, 4],
] as const)('%s: %j asks for %p answers', (shape, json, answers) => {
  const { estimate } = setup()
  expect(estimate({ shape, json: { ...json, ...{ max_tokens: 10, max_output_tokens: 10 } } }).output).toBe(
    answers * (shape === 'gemini-generate' ? 4_096 : 10),
  )
})

test('the limit is the one that the deployment is sent', () => {
  const drops = setup({ deployment: { dropped: ['max_tokens'] }, price: { max_output_tokens: MODEL_LIMIT } })
  expect(drops.estimate({ json: { max_tokens: 1 } }).output).toBe(MODEL_LIMIT)
  const adds = setup({ deployment: { defaults: { max_tokens: 50 } }, price: { max_output_tokens: MODEL_LIMIT } })
  expect(adds.estimate({ json: {} }).output).toBe(50)
})

const RESPONSES = { shape: 'openai-responses', body: Buffer.alloc(40) }

test('input behind a response counts as that response had tokens, else as the whole context of the model', () => {
  const { estimate, past } = setup()
  const json = { previous_response_id: 'resp_1', max_output_tokens: 1 }
  expect(estimate({ ...RESPONSES, json }).cost).toBe(CONTEXT + 2)
  past.responded('resp_1', { ...usageOf({ raw: null }), promptTokens: 300, completionTokens: 50 })
  expect(estimate({ ...RESPONSES, json })).toMatchObject({ cost: 10 + 350 + 2, input: 360 })
})

test.each<Partial<Call>>([
  { shape: 'openai-responses', json: { conversation: 'conv_1' } },
  { shape: 'openai-responses', json: { conversation: { id: 'conv_1' } } },
  { shape: 'openai-responses', json: { prompt: { id: 'pmpt_1' } } },
  { shape: 'openai-responses', json: { input: [{ content: [{ type: 'input_file', file_id: 'file-1' }] }] } },
  { shape: 'openai-responses', json: { input: [{ content: [{ type: 'input_file', file_url: 'https://a/b' }] }] } },
  { shape: 'openai-responses', json: { tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] } },
  { json: { messages: [{ content: [{ type: 'file', file: { file_id: 'file-1' } }] }] } },
  {
    shape: 'anthropic-messages',
    json: { messages: [{ content: [{ type: 'document', source: { type: 'url', url: 'https://a/b' } }] }] },
  },
  {
    shape: 'anthropic-messages',
    json: { messages: [{ content: [{ type: 'document', source: { type: 'file', file_id: 'f' } }] }] },
  },
  { shape: 'gemini-generate', json: { contents: [{ parts: [{ fileData: { fileUri: 'gs://a' } }] }] } },
  { shape: 'gemini-generate', json: { contents: [{ parts: [{ file_data: { file_uri: 'gs://a' } }] }] } },
  { shape: 'gemini-generate', json: { cachedContent: 'cachedContents/1' } },
  {
    shape: 'bedrock-converse',
    json: { messages: [{ content: [{ document: { source: { s3Location: { uri: 's3://a' } } } }] }] },
  },
])('input of an unknown size counts as the whole context of the model: %j', (call) => {
  const { estimate } = setup({ price: { output_cost_per_token: 0 } })
  expect(estimate({ body: Buffer.alloc(40), ...call }).cost).toBe(CONTEXT)
  expect(setup({ price: { output_cost_per_token: 0, max_input_tokens: undefined } }).estimate(call).cost).toBe(128_000)
})

test.each<Json>([
  { messages: [{ role: 'user', content: 'What is a file_id, "file_id": "file-1"?' }] },
  { messages: [{ content: [{ type: 'image_url', image_url: { url: 'https://a/b' } }] }] },
  { tools: [{ type: 'function', function: { parameters: { properties: { a: { type: 'string' } } } } }] },
])('input that is all in the body counts by its length: %j', (json) => {
  const { estimate } = setup({ price: { output_cost_per_token: 0 } })
  expect(estimate({ body: Buffer.alloc(40), json }).cost).toBe(10)
})

test('a call with more values than are looked at is taken to refer to files', () => {
  const { estimate } = setup({ price: { output_cost_per_token: 0 } })
  const json = { messages: Array.from({ length: 60_000 }, () => ({})) }
  expect(estimate({ json }).cost).toBe(CONTEXT)
})
