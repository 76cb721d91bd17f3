import { describe, expect, test } from '@jest/globals'
import { withoutWrapping } from '../../../../src/call/forward/wrapped-content.ts'
import type { Call } from '../../../../src/types.ts'

const base64 = (plain: string) => Buffer.from(plain).toString('base64')
const wrapped = (content: string, id = 'd-1') => `litellm_enc:${base64(`model_id:${id}`)};${content}`
const encoded = (id: string, at = 'd-1') => `encitem_${base64(`litellm:model_id:${at};item_id:${id}`)}`
const reasoning = (content: unknown, id?: string) => ({
  type: 'reasoning',
  id,
  summary: [],
  encrypted_content: content,
})

function callOf(input: unknown, shape = 'openai-responses'): Call {
  const json = JSON.parse(JSON.stringify({ model: 'm', input }))
  // A number that a parser would round.
  const body = Buffer.from(JSON.stringify(json).replace(/}$/, ',"seed":12345678901234567890}'))
  return {
    shape,
    callType: 'aresponses',
    upstreamPath: '/responses',
    modelGroup: 'm',
    stream: false,
    json,
    body,
  } as unknown as Call
}

describe('an input that LiteLLM has wrapped', () => {
  test.each([
    ['content', reasoning(wrapped('gAAA;x=')), reasoning('gAAA;x=')],
    ['content and id', reasoning(wrapped('gAAA'), encoded('rs_1')), reasoning('gAAA', 'rs_1')],
    ['id alone', reasoning('gAAA', encoded('rs_1')), reasoning('gAAA', 'rs_1')],
    ['content without its padding', reasoning(wrapped('gAAA').replace(/=+;/, ';')), reasoning('gAAA')],
    [
      'a compaction',
      { type: 'compaction', encrypted_content: wrapped('g') },
      { type: 'compaction', encrypted_content: 'g' },
    ],
  ])('is sent as the provider has written it, to the deployment that it names: %s', (_, item, bare) => {
    const message = { role: 'user', content: 'litellm_enc:no;thing' }
    const call = withoutWrapping(callOf([message, item]))
    expect(call.json).toEqual({ model: 'm', input: JSON.parse(JSON.stringify([message, bare])) })
    const body = call.body!.toString()
    expect(JSON.parse(body).input).toEqual(call.json!.input)
    expect(body).toContain('"seed":12345678901234567890')
    expect(call.pinnedTo).toEqual(['d-1'])
  })

  test('that names several deployments goes to the first of them', () => {
    expect(withoutWrapping(callOf([reasoning(wrapped('a', 'one')), reasoning(wrapped('b', 'two'))])).pinnedTo).toEqual([
      'one',
    ])
  })

  test.each(['litellm_enc:;g', 'litellm_enc:!!;g', `litellm_enc:${base64('model_id:None')};g`])(
    'that names no deployment is unwrapped and goes anywhere: %s',
    (content) => {
      const call = withoutWrapping(callOf([reasoning(content)]))
      expect(call.json!.input).toEqual([{ type: 'reasoning', summary: [], encrypted_content: 'g' }])
      expect(call.pinnedTo).toBeUndefined()
    },
  )
})

test.each([
  ['a text', 'litellm_enc:x;y', 'openai-responses'],
  ['no wrapping', [reasoning('gAAA', 'rs_1'), null, 1, 'x'], 'openai-responses'],
  ['no end of the wrapping', [reasoning('litellm_enc:abc')], 'openai-responses'],
  ['no text', [reasoning(5, encoded('rs_1'))], 'openai-responses'],
  ['an item that is only referred to', [{ type: 'item_reference', id: encoded('rs_1') }], 'openai-responses'],
  ['another API', [reasoning(wrapped('g'))], 'openai-chat'],
])('an input is left as it is: %s', (_, input, shape) => {
  const call = callOf(input, shape)
  expect(withoutWrapping(call)).toBe(call)
})
