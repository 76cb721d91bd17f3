import { setImmediate } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { LiteLLMError } from '../../../src/errors.ts'
import { callUnderWay } from '../../../src/lib/turn-queue.ts'
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

test('while other calls are under way the end waits for theirs, but not for a client that leaves', async () => {
  const over = callUnderWay()
  const [waits, left] = [setup(), setup()]
  for (const { exchange, given } of [waits, left]) {
    exchange.onResponseData(given, A)
    exchange.onResponseEnd()
  }
  left.exchange.abort()
  expect(left.heard).toEqual(['a', 'end'])
  await undefined
  expect(waits.heard).toEqual(['a'])
  await setImmediate()
  expect([waits.heard, left.heard]).toEqual([
    ['a', 'end'],
    ['a', 'end'],
  ])
  over()
})

test('a receiver that throws at the end is told so', () => {
  const heard: string[] = []
  const exchange = new Exchange({
    onHead: () => {},
    onData: () => {},
    onEnd: () => {
      throw new Error('cannot')
    },
    onError: ({ message }) => heard.push(message),
  })
  exchange.onResponseEnd()
  expect(heard).toEqual(['The upstream could not be reached (Error).'])
})
