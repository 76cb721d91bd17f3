import { expect, test } from '@jest/globals'
import { LiteLLMError } from '../../../src/errors.ts'
import { Exchange } from '../../../src/upstream/exchange.ts'

const [A, B, C] = ['a', 'b', 'c'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer]

function setup({ onData = (_: string) => {} } = {}) {
  const heard: string[] = []
  const exchange = new Exchange({
    onHead: (status) => heard.push(`head ${status}`),
    onData: (bytes) => {
      heard.push(bytes.toString())
      onData(bytes.toString())
    },
    onEnd: () => heard.push('end'),
    onError: ({ message }) => heard.push(message),
  })
  const aborts: string[] = []
  const given = { abort: ({ message }: Error) => aborts.push(message) } as never
  exchange.onRequestStart(given)
  return { exchange, heard, aborts, given }
}

test('what comes in one turn is handed over together, and each turn by itself', async () => {
  const { exchange, heard, given } = setup()
  exchange.onResponseStart(given, 200, {})
  exchange.onResponseData(given, A)
  exchange.onResponseData(given, B)
  expect(heard).toEqual(['head 200'])
  await undefined
  exchange.onResponseData(given, C)
  await undefined
  expect(heard).toEqual(['head 200', 'ab', 'c'])
})

test('nothing is overtaken by the end, or by what goes wrong', () => {
  const ended = setup()
  ended.exchange.onResponseData(ended.given, A)
  ended.exchange.onResponseEnd()
  expect(ended.heard).toEqual(['a', 'end'])

  const broken = setup()
  broken.exchange.onResponseData(broken.given, A)
  broken.exchange.fail(new LiteLLMError('upstream_unreachable', { message: 'gone' }))
  expect(broken.heard).toEqual(['a', 'gone'])
})

test('once aborted it says nothing more', async () => {
  const { exchange, heard, given } = setup()
  exchange.onResponseData(given, A)
  exchange.abort()
  await undefined
  exchange.onResponseData(given, B)
  exchange.onResponseEnd()
  await undefined
  expect(heard).toEqual([])
})

test('a receiver that throws ends the exchange, not the process', async () => {
  const { exchange, aborts, given } = setup({
    onData: () => {
      throw new Error('cannot')
    },
  })
  exchange.onResponseData(given, A)
  await undefined
  expect(aborts).toEqual(['cannot'])
})
