import { randomUUID } from 'node:crypto'
import type { GatewayEvents } from '../events.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import type { CallbackTests } from '../signals/delivery-views.ts'
import { standardPayload } from '../signals/payload/standard-payload.ts'
import { OF_KEYS, type SignalsOptions } from '../signals/signals.ts'
import type { SpendEvent } from '../types.ts'

/** How long the destination may take. Its outbox goes on trying. */
const PATIENCE_MS = 15_000
const LATE = `The callback has not taken the call within ${PATIENCE_MS / 1_000} s.`

interface Failed {
  readonly callback: string
  readonly error: unknown
}

/** Tells callbacks a made-up call, so that an operator sees whether they are reached. */
export function callbackTests({ outboxes, payload }: SignalsOptions, events: GatewayEvents): CallbackTests {
  const told = () => outboxes.filter(({ name, hears }) => !name.startsWith(OF_KEYS) && hears !== 'nothing')
  return {
    names: () => told().map(({ name }) => name),
    async test(name) {
      const outbox = told().find((one) => one.name === name)
      if (!outbox) return 'There is no such callback.'
      const event = madeUpCall()
      const failure = Promise.withResolvers<string>()
      const listen = ({ callback, error }: Failed) => {
        if (callback === name) failure.resolve(error instanceof Error ? error.message : 'The callback has failed.')
      }
      events.own.on('delivery:retry', listen)
      events.own.on('delivery:refused', listen)
      try {
        await outbox.add({ id: event.callId, status: 'success', payload: standardPayload(event, payload) })
        const arrived = outbox.flush().then(() => undefined)
        return await withTimeout(PATIENCE_MS, Promise.race([arrived, failure.promise]), () => LATE)
      } finally {
        events.own.off('delivery:retry', listen)
        events.own.off('delivery:refused', listen)
      }
    },
  }
}

/** Under LiteLLM's names for such a call. It is in no ledger. */
function madeUpCall(): SpendEvent {
  const now = new Date()
  const messages = [{ role: 'user', content: "Hey, how's it going?" }]
  const model = 'litellm-mock-response-model'
  return {
    callId: randomUUID(),
    call: {
      shape: 'openai-chat',
      callType: 'acompletion',
      upstreamPath: '/chat/completions',
      modelGroup: model,
      stream: false,
      endUserId: 'litellm:/health/services',
      tags: [],
      metadata: {},
      json: { model, messages },
    },
    deployment: { id: model, modelGroup: model, model, provider: 'openai', baseUrl: '', headers: {} },
    outcome: {
      status: 'success',
      statusCode: 200,
      usageSource: 'none',
      startedAt: now,
      endedAt: now,
      aborted: false,
    },
    cost: 0,
    request: { model, messages },
    answer: { choices: [{ message: { role: 'assistant', content: 'This is a mock response' } }] },
  }
}
