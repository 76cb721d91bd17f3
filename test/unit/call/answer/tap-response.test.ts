import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from '@jest/globals'
import { type ResponseTap, tapResponse } from '../../../../src/call/answer/tap-response.ts'

test('tapped responses share their methods: own ones would keep their calls alive through many collections', () => {
  const [one, other] = [tapped(), tapped()]
  expect([one.write === other.write, one.end === other.end]).toEqual([true, true])
})

test('each response tells its own tap, and has its own methods back when it has ended', () => {
  const seen: string[] = []
  const [one, other] = ['one', 'other'].map((name) => tapped({ onBytes: (bytes) => seen.push(`${name}: ${bytes}`) }))
  one!.write('a')
  other!.write(Buffer.from('b'))
  one!.end('c')
  one!.end()
  expect(seen).toEqual(['one: a', 'other: b', 'one: c'])
  expect([one!.write, one!.end]).toEqual([ServerResponse.prototype.write, ServerResponse.prototype.end])
})

function tapped(tap: Partial<ResponseTap> = {}): ServerResponse {
  const res = new ServerResponse(new IncomingMessage(new Socket()))
  tapResponse(res, {
    wantsBytes: () => true,
    onBytes: () => {},
    beforeEnd: () => undefined,
    onClose: () => {},
    onFault: () => {},
    ...tap,
  })
  return res
}
