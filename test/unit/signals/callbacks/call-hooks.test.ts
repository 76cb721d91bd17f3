import { expect, test } from '@jest/globals'
import { GatewayEvents } from '../../../../src/events.ts'
import { CallHooks } from '../../../../src/signals/callbacks/call-hooks.ts'

const CALL = {
  ...{ callId: 'a', key: undefined, modelGroup: 'm', shape: 'openai-chat', callType: 'acompletion' },
  ...{ stream: false, endUserId: undefined },
}

test('a preCall that hangs refuses the call after its time', async () => {
  const events = new GatewayEvents()
  const faults: string[] = []
  events.on('fault', ({ error }) => faults.push(String(error)))
  const hooks = new CallHooks({ loggers: [{ preCall: () => new Promise<undefined>(() => {}) }], events, timeoutMs: 5 })
  await expect(hooks.preCall({}, CALL)).rejects.toMatchObject({ code: 'hook_failed', status: 500 })
  expect(faults).toEqual(['Error: preCall has not decided within 5 ms'])
})

test('a module is loaded once, and a status that is no refusal becomes 400', async () => {
  let loads = 0
  const load = async () => {
    loads++
    return { preCall: () => ({ refuse: 'no', status: 200 }) }
  }
  const hooks = new CallHooks({ loggers: [load], events: new GatewayEvents() })
  const refused = await Promise.allSettled([hooks.preCall({}, CALL), hooks.preCall({}, CALL)])
  expect(refused.map((one) => one.status === 'rejected' && one.reason.status)).toEqual([400, 400])
  expect(loads).toBe(1)
})

test('a promise of postCall adds nothing, and is no unhandled rejection', async () => {
  const events = new GatewayEvents()
  const faults: string[] = []
  events.on('fault', ({ where }) => faults.push(where))
  const hooks = new CallHooks({ loggers: [{ postCall: (() => Promise.reject(new Error('late'))) as never }], events })
  const answer = { statusCode: 200, deploymentId: undefined, model: undefined, provider: undefined }
  expect(hooks.postCall(CALL, answer)).toEqual([])
  await new Promise((resolve) => setImmediate(resolve))
  expect(faults).toEqual(['postCall'])
})
