import { expect, test } from '@jest/globals'
import { recordedCall } from '../../../../src/call/forward/charge-call.ts'
import { spendEvent } from '../../../support/spend-event.ts'

const { call, deployment } = spendEvent()

test('of a call its body is not recorded, all else is', () => {
  const sent = { ...call, json: { prompt: 'secret' }, body: Buffer.from('secret') }
  const { json: _json, body: _body, ...rest } = call
  expect(recordedCall(sent, undefined)).toEqual({ call: rest, deployment: undefined })
})

test.each([
  ['https://me:pass@host.example/v1', 'https://host.example/v1'],
  ['https://host.example/v1?key=provider-secret', 'https://host.example/v1'],
  ['https://host.example/v1', 'https://host.example/v1'],
  ['no address', ''],
])('of a deployment at %s the address is %s, and no header', (baseUrl, told) => {
  const used = { ...deployment!, baseUrl, headers: { authorization: 'Bearer provider-secret' } }
  expect(recordedCall(call, used).deployment).toEqual({ ...used, baseUrl: told, headers: {} })
  expect(recordedCall(call, used).deployment).toBe(recordedCall(call, used).deployment)
})
