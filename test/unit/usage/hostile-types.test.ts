import { expect, test } from '@jest/globals'
import { priceCall } from '../../../src/pricing/cost/price-call.ts'
import { resourcesNamedIn } from '../../../src/usage/resources/named-resources.ts'
import { usageOf } from '../../../src/usage/shapes/reader.ts'
import { requestText } from '../../../src/usage/tokens/estimate.ts'

/** No text can be made of it: `String` throws. */
const HOSTILE = { toString: 1, valueOf: 1 }

test('a `type` that is an object with a `toString` of its own ends no call', () => {
  const request = { messages: [{ content: [{ type: HOSTILE, text: 'hello' }] }], tools: [{ type: HOSTILE }] }
  expect(requestText(request).text).toContain('hello')
  expect([...resourcesNamedIn(request, 'openai-responses')]).toEqual([])
  const at = new Date(0)
  const deployment = { id: '', modelGroup: 'm', model: 'm', provider: 'openai', baseUrl: '', headers: {} }
  const call = { callType: 'acompletion', json: request }
  const book = { find: () => undefined }
  expect(priceCall({ call, deployment, usage: usageOf({}), startedAt: at, endedAt: at }, book)).toEqual({})
})
