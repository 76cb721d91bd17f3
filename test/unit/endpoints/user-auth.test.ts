import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, test } from '@jest/globals'
import type { AdmissionControl } from '../../../src/admission/admission-control.ts'
import { userAuthEndpoint } from '../../../src/endpoints/auth.ts'
import { GatewayEvents } from '../../../src/events.ts'
import type { Gateway } from '../../../src/gateway.ts'

test.each([
  ['closed', { allowsUserAuth: false }, [403, "'allow_user_auth' not set or set to False"]],
  ['open: left to the app', { allowsUserAuth: true }, undefined],
  ['open, to whom nothing is', { allowsUserAuth: true, refused: true }, [403, 'Access forbidden']],
])('%s', async (_name, setting, expected) => {
  expect(await ask(setting)).toEqual(expected)
})

function ask({ allowsUserAuth, refused = false }: { allowsUserAuth: boolean; refused?: boolean }) {
  const gate = {
    refuseUnknown: () => (refused ? { code: 'forbidden', message: 'Access forbidden' } : undefined),
  } as Partial<AdmissionControl> as AdmissionControl
  const gateway = { admission: gate, events: new GatewayEvents(), calls: {}, allowsUserAuth } as unknown as Gateway
  const req = { method: 'POST', url: '/user/auth', rawHeaders: ['x-api-key', 'sk-1'], headers: {}, socket: {} }
  return new Promise((resolve) => {
    userAuthEndpoint({ gateway })(req as unknown as IncomingMessage, {} as ServerResponse, (error?: unknown) => {
      const { status, message } = (error ?? {}) as { status?: number; message?: string }
      resolve(error ? [status, message] : undefined)
    })
  })
}
