import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Json, Usage } from '../../../src/types.ts'
import { jobsOf, POLLED } from '../../../src/usage/background/background-jobs.ts'
import { BatchOutput } from '../../../src/usage/background/batch-output.ts'
import { countOrNone } from '../../../src/usage/shapes/reader.ts'
import { builtinReaders } from '../../../src/usage/shapes/readers.ts'
import { answers } from './answers.ts'
import { contentTypeOf, fixture, replay } from './replay.ts'

const anyReader = fc.constantFrom(...builtinReaders)
const anyWorkReader = fc.constantFrom(...POLLED.values())
const anyType = fc.constantFrom(
  'application/json',
  'text/event-stream',
  'application/x-ndjson',
  'application/vnd.amazon.eventstream',
  '',
)

/** The words that readers look for, so that random documents say something to them. */
const words = fc.constantFrom(
  ...'usage,prompt_tokens,completion_tokens,total_tokens,input_tokens,output_tokens,prompt_tokens_details,cached_tokens'.split(
    ',',
  ),
  ...'message,response,delta,choices,type,usageMetadata,promptTokenCount,candidatesTokenCount,thoughtsTokenCount'.split(
    ',',
  ),
  ...'inputTokens,outputTokens,cacheReadInputTokens,meta,billed_units,tokens,x_groq,cache_creation,data,id,cost'.split(
    ',',
  ),
  ...'iterations,cache_read_input_tokens,inputTextTokenCount,totalOutputTextTokenCount,results,output_tokens_details'.split(
    ',',
  ),
  ...'cache_creation_input_tokens,output,promptTokensDetails,modality,tokenCount,seconds,usage_info,pages_processed'.split(
    ',',
  ),
)
const numbers = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-1, 1e300, '12', '1e999', '-3', 'NaN', null, true))
const { document } = fc.letrec<{ document: Json; value: unknown }>((tie) => ({
  document: fc.dictionary(words, tie('value'), { maxKeys: 6 }),
  value: fc.oneof(
    { maxDepth: 4 },
    numbers,
    fc.string(),
    fc.constantFrom('compaction', 'message'),
    tie('document'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}))

function checkUsage(usage: Usage | undefined) {
  if (!usage) return
  const { promptTokens, completionTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens, reasoningTokens } =
    usage
  const parts = [usage.promptDetails, usage.completionDetails, usage.cacheReadDetails ?? {}].flatMap(Object.values)
  const counts = [
    promptTokens,
    completionTokens,
    cacheReadTokens,
    cacheWriteTokens,
    cacheWrite1hTokens,
    usage.cacheWrite5mTokens ?? 0,
    reasoningTokens,
  ]
  for (const tokens of [...counts, ...parts]) {
    expect(Number.isSafeInteger(tokens)).toBe(true)
    expect(tokens).toBeGreaterThanOrEqual(0)
    expect(tokens).toBeLessThan(2 ** 31)
  }
  for (const quantity of [...Object.values(usage.quantities), usage.statedCost ?? 0]) {
    expect(Number.isFinite(quantity)).toBe(true)
    expect(quantity).toBeGreaterThanOrEqual(0)
  }
  // LiteLLM_SpendLogs holds them, and their sum, as int4.
  expect(promptTokens + completionTokens).toBeLessThan(2 ** 31)
  expect(reasoningTokens).toBeLessThanOrEqual(completionTokens)
}

describe('whatever a provider sends', () => {
  test('a reader never throws, and never counts less than nothing or more than there can be', () => {
    fc.assert(
      fc.property(anyReader, fc.array(document, { maxLength: 4 }), (reader, documents) => {
        let usage: Usage | undefined
        for (const one of documents) {
          usage = reader.read(one, usage)
          reader.idOf?.(one)
          reader.modelOf?.(one)
          reader.isEnd?.(one)
          reader.isExtra?.(one)
          reader.prepare?.(one)
          reader.ask?.(one)
        }
        checkUsage(usage)
      }),
      { numRuns: 3000 },
    )
  })

  test('a meter never throws, and relays exactly what it was given', async () => {
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
        document.map((one) => Buffer.from(`data: ${JSON.stringify(one)}\n\n`)),
        document.map((one) => Buffer.from(JSON.stringify(one))),
        fc
          .constantFrom('\n', '\r\n', '\r', 'data: [DONE]', '[', ']', ',', '"', '\\', ': x')
          .map((text) => Buffer.from(text)),
      ),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(anyReader, anyType, pieces, fc.boolean(), fc.nat(30), async (...given) => {
        const [reader, contentType, parts, small, size] = given
        const bytes = Buffer.concat(parts)
        const options = { reader, contentType, maxBytes: small ? 16 : undefined }
        const { reading, relayed } = await replay(bytes, options, size + 1)
        expect(relayed.equals(bytes)).toBe(true)
        checkUsage(reading.usage)
      }),
      { numRuns: 1500 },
    )
  })

  test('any slicing of an answer gives the same reading and the same bytes', async () => {
    const names = fc.constantFrom(...Object.keys(answers))
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(names, cuts, fc.boolean(), async (name, places, hideExtra) => {
        const bytes = fixture(name)
        const reader = builtinReaders.find(({ shape }) => shape === name.split('/')[0])!
        const options = { reader, contentType: contentTypeOf(name), headers: answers[name]!.headers, hideExtra }
        const at = places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b)
        const [whole, sliced] = [await replay(bytes, options), await replay(bytes, options, at)]
        expect(sliced.reading).toEqual(whole.reading)
        expect(sliced.relayed.equals(whole.relayed)).toBe(true)
      }),
      { numRuns: 800 },
    )
  })
})

test('answers in the output file of a batch are never less than nothing', () => {
  const line = fc.tuple(document, document).map(([body, rest]) => ({ ...rest, response: { body } }))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
      const output = new BatchOutput()
      output.push(Buffer.from(lines.map((one) => JSON.stringify(one)).join('\n')))
      output.end()
      for (const { usage } of output.usages('m')) {
        for (const tokens of [usage.promptTokens, usage.completionTokens, usage.cacheReadTokens]) {
          expect(Number.isSafeInteger(tokens) && tokens >= 0).toBe(true)
        }
      }
    }),
    { numRuns: 1000 },
  )
})

test('work that was done later is never less than nothing, whatever a provider says of it', () => {
  const facts = fc.constantFrom<Json>(
    { object: 'batch', status: 'completed' },
    { object: 'response', status: 'completed', background: true },
    { result: { message: { model: 'm', usage: { input_tokens: 3 } } } },
    { response: { body: { model: 'm', usage: { prompt_tokens: 3 } } } },
  )
  const one = fc.tuple(facts, document).map(([known, rest]) => ({ ...rest, ...known, output_file_id: rest.id }))
  fc.assert(
    fc.property(anyWorkReader, fc.array(one, { maxLength: 4 }), (reader, documents) => {
      const usage = documents.reduce<Usage | undefined>((sofar, each) => reader.read(each, sofar), undefined)
      const reading = { usage, source: 'reported', complete: true } as const
      for (const path of ['/v1/batches/b', '/v1/messages/batches/b/results', '/v1/responses/r']) {
        for (const work of jobsOf(reading, reader.shape, path)) {
          const { promptTokens, completionTokens, cacheReadTokens, reasoningTokens } = work.usage
          for (const tokens of [promptTokens, completionTokens, cacheReadTokens, reasoningTokens]) {
            expect(Number.isSafeInteger(tokens) && tokens >= 0).toBe(true)
          }
          expect(work.id).toMatch(/_cost$/)
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('a count is a whole number that fits, or nothing', () => {
  expect([1.4, '12', 1e300, -1, Number.NaN, 'x', {}, true].map(countOrNone)).toEqual([1, 12, 5e8, 0, 0, 0, 0, 0])
  expect([null, undefined].map(countOrNone)).toEqual([undefined, undefined])
})
