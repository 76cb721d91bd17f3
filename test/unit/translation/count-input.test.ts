import { expect, test } from '@jest/globals'
import { countGenerateInput, countMessagesInput } from '../../../src/translation/count-input.ts'

/** Letters, so that sums can be read. */
const letters = async (text: string) => text.replaceAll('\n', '').length
const FRAMING = 7

test('counts the system prompt, messages, tools and images of a message', async () => {
  const body = {
    model: 'm',
    max_tokens: 9,
    system: [{ type: 'text', text: 'abc', cache_control: { type: 'ephemeral' } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'de' },
          { type: 'image', source: { type: 'base64', data: 'AAAA' } },
        ],
      },
    ],
    tools: [{ name: 'f', description: 'gh', input_schema: { type: 'object' } }],
  }
  expect(await countMessagesInput(body, letters)).toEqual({ input_tokens: 3 + 2 + 1 + 2 + 250 + FRAMING })
})

test('counts documents by their pages and not by their bytes, and no encrypted thought', async () => {
  const source = { type: 'base64', media_type: 'application/pdf', data: 'A'.repeat(100_000) }
  const result = { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'document', source }] }
  const content = [
    { type: 'document', source, title: 'T' },
    result,
    { type: 'redacted_thinking', data: 'x'.repeat(5000) },
  ]
  const { input_tokens } = await countMessagesInput({ messages: [{ role: 'user', content }] }, letters)
  expect(input_tokens).toBe(2 * 2 * 2000 + 1 + FRAMING)
})

test("counts Gemini's contents, alone or in a whole request", async () => {
  const contents = [{ role: 'user', parts: [{ text: 'abc' }] }]
  expect(await countGenerateInput({ contents }, letters)).toEqual({ totalTokens: 3 + FRAMING })
  const systemInstruction = { parts: [{ text: 'de' }] }
  const body = { generateContentRequest: { model: 'm', contents, systemInstruction } }
  expect(await countGenerateInput(body, letters)).toEqual({ totalTokens: 5 + FRAMING })
})

test('counts by the tokenizer when nothing else is said', async () => {
  const { input_tokens } = await countMessagesInput({ messages: [{ role: 'user', content: 'hello world' }] })
  expect(input_tokens).toBe(2 + FRAMING)
})
