import type { IncomingMessage } from 'node:http'
import { expect, test } from '@jest/globals'
import { memoizeByRequest } from '../../../../src/lib/memoize.ts'

function setup() {
  const req = { method: 'POST', url: '/v1/chat/completions' } as IncomingMessage & { originalUrl?: string }
  const asked: string[] = []
  const find = memoizeByRequest(({ method, url }) => {
    asked.push(`${method} ${url}`)
    return asked.length === 1 ? undefined : asked.length
  })
  return { req, asked, find }
}

test('a request is looked at once, also when nothing is found', () => {
  const { req, asked, find } = setup()
  expect([find(req), find(req)]).toEqual([undefined, undefined])
  expect(asked).toEqual(['POST /v1/chat/completions'])
})

test.each(['method', 'url', 'originalUrl'] as const)('a rewritten %s is looked at again', (name) => {
  const { req, asked, find } = setup()
  find(req)
  req[name] = '/elsewhere'
  expect([find(req), find(req)]).toEqual([2, 2])
  expect(asked).toHaveLength(2)
})

test('two who look for different things do not meet', () => {
  const { req } = setup()
  const [method, url] = [memoizeByRequest((one) => one.method), memoizeByRequest((one) => one.url)]
  expect([method(req), url(req), method(req)]).toEqual(['POST', '/v1/chat/completions', 'POST'])
})
