import { describe, expect, test } from '@jest/globals'
import { createMeter, type MeterOptions } from '../../../../src/usage/meter/meter.ts'
import { openaiSpeech } from '../../../../src/usage/shapes/openai-audio.ts'
import { openaiChat } from '../../../../src/usage/shapes/openai-chat.ts'
import { openaiEmbeddings } from '../../../../src/usage/shapes/small-apis.ts'
import { fixture, replay } from '../replay.ts'

const SSE = 'text/event-stream'
const CACHED = 'openai-chat/gpt-4o-2024-08-06-cached.sse'

function setup(options: Partial<MeterOptions> = {}) {
  return createMeter({ reader: openaiChat, contentType: SSE, ...options })
}

const event = (document: object) => Buffer.from(`data: ${JSON.stringify(document)}\n\n`)

describe('what is relayed', () => {
  test('a meter that hides nothing gives the very buffer back, complete event or not', () => {
    const meter = setup()
    for (const bytes of [Buffer.from('data: {"a'), Buffer.from('":1}\n\n'), Buffer.from('x')]) {
      expect(meter.push(bytes)).toBe(bytes)
    }
  })

  test('with hiding, whole events go out at once and only an incomplete one is held back', () => {
    const meter = setup({ hideExtra: true })
    const whole = event({ choices: [{ delta: { content: 'a' } }] })
    const sent = meter.push(Buffer.concat([whole, whole, Buffer.from('data: {"ch')])) as Buffer
    expect(sent.toString()).toBe(`${whole}${whole}`)
    expect(meter.push(Buffer.from('oices":['))).toBeUndefined()
    expect(String(meter.push(Buffer.from(']}\n\n')))).toBe('data: {"choices":[]}\n\n')
  })

  test('neighbouring events leave as one buffer over the same memory', () => {
    const bytes = fixture(CACHED)
    const sent = setup({ hideExtra: true }).push(bytes)
    expect(Array.isArray(sent) && sent.map(({ buffer }) => buffer === bytes.buffer)).toEqual([true, true])
  })

  test('an event too large to be kept is relayed piece by piece', () => {
    const meter = setup({ hideExtra: true, maxBytes: 64 })
    expect(meter.push(Buffer.from('data: {"choices":[{"delta":'))).toBeUndefined()
    expect(String(meter.push(Buffer.from('x'.repeat(50))))).toMatch(/^data: \{"choices":\[\{"delta":,?x*/)
    expect(String(meter.push(Buffer.from('y')))).toBe('y')
  })

  test('what is held when the stream ends is relayed then', async () => {
    const meter = setup({ hideExtra: true })
    meter.push(Buffer.from('data: [DO'))
    expect(String(meter.end().rest)).toBe('data: [DO')
  })

  test('an extra event without its blank line is hidden too', async () => {
    const meter = setup({ hideExtra: true })
    meter.push(Buffer.from('data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}'))
    const { rest, reading } = meter.end()
    expect(rest).toBeUndefined()
    expect((await reading).usage).toMatchObject({ promptTokens: 1, completionTokens: 2 })
  })
})

describe('a JSON body larger than the limit', () => {
  const large = (usage: string) =>
    Buffer.from(`{"data":[${'{"embedding":[0.1]},'.repeat(20_000)}{}],"model":"m","usage":${usage}}`)

  test('is not kept, but its usage is found at its end', async () => {
    const bytes = large('{"prompt_tokens":8,"note":"a \\"}\\" in a string","total_tokens":8}')
    const options = { reader: openaiEmbeddings, contentType: 'application/json', maxBytes: 1000 }
    const { reading, relayed } = await replay(bytes, options, 777)
    expect(reading).toMatchObject({ usage: { promptTokens: 8 }, source: 'reported' })
    expect(relayed.equals(bytes)).toBe(true)
  })

  test('is not parsed as a whole', async () => {
    const bytes = Buffer.concat([Buffer.from('{"no JSON": [NaN],'), large('{"prompt_tokens":8}').subarray(1)])
    const options = { reader: openaiEmbeddings, contentType: 'application/json', maxBytes: 1000 }
    const { reading } = await replay(bytes, options, 777)
    expect(reading.usage).toMatchObject({ promptTokens: 8 })
  })

  test('that breaks off is not complete', async () => {
    const bytes = large('{"prompt_tokens":8}')
    const options = { reader: openaiEmbeddings, contentType: 'application/json', maxBytes: 1000 }
    const { reading } = await replay(bytes.subarray(0, -10), options, 777)
    expect(reading).toMatchObject({ source: 'none', complete: false })
  })
})

test('a name of the usage inside the text of an answer is not taken for it', async () => {
  const content = 'say "usage":{"prompt_tokens":9} and "error":1 and [DONE]'
  const stream = Buffer.concat([
    event({ id: 'a', choices: [{ delta: { content } }] }),
    event({ id: 'a', choices: [{ delta: { content } }] }),
  ])
  const { reading } = await replay(stream, { reader: openaiChat, contentType: SSE })
  expect(reading).toMatchObject({ source: 'none', complete: false, error: undefined })
  expect(reading.relayed?.text).toBe(content + content)
})

test('the end marker is seen with or without space, name and blank line', async () => {
  for (const end of ['data: [DONE]\n\n', 'data:[DONE]', 'event: done\ndata: [DONE]\r\n\r\n']) {
    const stream = Buffer.concat([event({ id: 'a' }), Buffer.from(end)])
    const { reading } = await replay(stream, { reader: openaiChat, contentType: SSE })
    expect(reading.complete).toBe(true)
  }
})

test('speech is billed by the characters of the request, and marked as counted', async () => {
  const options = { reader: openaiSpeech, contentType: 'audio/mpeg', request: { input: 'Grüezi 👋' } }
  const { reading } = await replay(Buffer.alloc(5000), options, 1000)
  expect(reading).toMatchObject({ usage: { quantities: { characters: 8 } }, source: 'estimated', complete: true })
})

test('an answer in an unknown or broken coding has no reading, and is relayed as it is', async () => {
  const bytes = Buffer.from('not gzip at all')
  for (const contentEncoding of ['gzip', 'br', 'zstd', 'compress', 'gzip, br']) {
    const { reading, relayed } = await replay(bytes, { reader: openaiChat, contentType: SSE, contentEncoding }, 4)
    expect(reading.source).toBe('none')
    expect(relayed.equals(bytes)).toBe(true)
  }
})

test('the text kept of a long stream is bounded, and its true length is known', async () => {
  const content = 'a'.repeat(1000)
  const meter = setup()
  for (let n = 0; n < 1000; n++) meter.push(event({ choices: [{ delta: { content } }] }))
  const { relayed } = await meter.end().reading
  expect(relayed!.totalBytes).toBe(1_000_000)
  expect(relayed!.keptBytes).toBeLessThanOrEqual(256 << 10)
  expect(relayed!.text.length).toBe(relayed!.keptBytes)
})

describe('a LiteLLM gateway as upstream', () => {
  const run = async (cost: string) => {
    const bytes = fixture('openai-chat/gpt-4o-2024-08-06-plain.json')
    const headers = { 'x-litellm-response-cost': cost }
    const { reading } = await replay(bytes, { reader: openaiChat, contentType: 'application/json', headers })
    return reading.usage!.statedCost
  }

  test('states its bill in a header', async () => {
    expect(await run('0.000225')).toBe(0.000225)
    expect(await run('0')).toBe(0)
  })

  test.each(['-1', 'NaN', 'Infinity', '', 'x'])('a bill of %j is none', async (cost) => {
    expect(await run(cost)).toBeUndefined()
  })
})

test('a reader that throws is reported, and every byte is relayed', async () => {
  const fault = new Error('bug')
  const throwing = () => {
    throw fault
  }
  const reader = { ...openaiChat, read: throwing, isExtra: throwing }
  const bytes = fixture(CACHED)
  const { reading, relayed } = await replay(bytes, { reader, contentType: SSE, hideExtra: true }, 10)
  expect(reading).toMatchObject({ fault, source: 'none' })
  expect(relayed.equals(bytes)).toBe(true)
})
