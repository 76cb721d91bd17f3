import { describe, expect, test } from '@jest/globals'
import { openaiChat } from '../../../../src/usage/shapes/openai-chat.ts'
import { contentTypeOf, fixture, replay } from '../replay.ts'

const CACHED = 'openai-chat/gpt-4o-2024-08-06-cached.sse'
const PLAIN = 'openai-chat/gpt-4o-2024-08-06-plain.json'
const UNASKED = 'openai-chat/gpt-4o-2024-08-06-no-usage.sse'

function setup(name: string, hideExtra = false) {
  const bytes = fixture(name)
  const options = { reader: openaiChat, contentType: contentTypeOf(name), hideExtra }
  return { bytes, run: (size?: number | readonly number[]) => replay(bytes, options, size) }
}

describe('paths', () => {
  test.each([
    ['/v1/chat/completions', '/chat/completions'],
    ['/chat/completions', '/chat/completions'],
    ['/api/llm/v1/chat/completions', '/chat/completions'],
    ['/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21', '/chat/completions'],
    ['/v1/chat/completions/', '/chat/completions'],
    ['/v1/completions', undefined],
    ['/v1/chat/completions/chatcmpl-1', undefined],
    ['/v1/xchat/completions', undefined],
  ])('%s is served by %s', (path, route) => {
    expect(openaiChat.match(path)).toBe(route)
  })

  test('an Azure path names the deployment', () => {
    expect(openaiChat.modelIn!('/openai/deployments/my%20gpt/chat/completions')).toBe('my gpt')
    expect(openaiChat.modelIn!('/v1/chat/completions')).toBeUndefined()
  })
})

test('a JSON answer is read whole', async () => {
  const { reading } = await setup(PLAIN).run()
  expect(reading).toMatchObject({
    usage: { promptTokens: 19, completionTokens: 10, cacheReadTokens: 0, reasoningTokens: 0, serviceTier: 'default' },
    responseId: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
    model: 'gpt-4o-2024-08-06',
    source: 'reported',
    complete: true,
  })
})

test.each([1, 3, 1000, 1 << 20])('a stream in slices of %d bytes gives the usage of its last chunk', async (size) => {
  const { reading, relayed } = await setup(CACHED).run(size)
  expect(reading).toMatchObject({
    usage: { promptTokens: 2006, completionTokens: 300, cacheReadTokens: 1920 },
    responseId: 'chatcmpl-AuX3h4mJkQ9d0yQyP7sZk1uVb2c3D',
    source: 'reported',
    complete: true,
  })
  expect(relayed).toEqual(fixture(CACHED))
})

test.each([1, 3, 1000, 1 << 20])('in slices of %d bytes the usage chunk we asked for is hidden', async (size) => {
  const { bytes, run } = setup(CACHED, true)
  const { reading, relayed } = await run(size)
  const events = bytes.toString().split(/(?<=\n\n)/)
  expect(relayed.toString()).toBe([...events.slice(0, -2), events.at(-1)].join(''))
  expect(reading.usage).toMatchObject({ promptTokens: 2006, completionTokens: 300 })
})

test('a stream without usage is read as none, with its text kept to be counted', async () => {
  const { reading } = await setup(UNASKED).run(7)
  expect(reading).toMatchObject({ source: 'none', complete: true, relayed: { text: 'Hello world' } })
  expect(reading.usage).toBeUndefined()
})

test('a stream cut off before its usage is not complete', async () => {
  const { bytes } = setup(CACHED)
  const cut = bytes.subarray(0, bytes.indexOf('"choices":[]'))
  const { reading } = await replay(cut, { reader: openaiChat, contentType: 'text/event-stream' })
  expect(reading).toMatchObject({ source: 'none', complete: false })
  expect(reading.relayed!.text).toBe('Guten Tag, Zürich! 👋 "usage": 1')
})

describe('prepare', () => {
  test('asks for usage when streaming', () => {
    expect(openaiChat.prepare!({ stream: true, stream_options: { include_obfuscation: false } })).toEqual({
      stream: true,
      stream_options: { include_obfuscation: false, include_usage: true },
    })
  })

  test('leaves other requests as they are', () => {
    for (const body of [{}, { stream: false }, { stream: true, stream_options: { include_usage: true } }]) {
      expect(openaiChat.prepare!(body)).toBe(body)
    }
  })
})
