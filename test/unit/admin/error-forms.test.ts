import { expect, test } from '@jest/globals'
import { statedError } from '../../../src/admin/error-forms.ts'
import { refuse, refuseDict } from '../../../src/admin/refuse.ts'

const NOT_FOUND = "{'error': 'No such thing'}"

test.each([
  ['/key/generate', { message: NOT_FOUND, type: 'internal_server_error', param: null, code: '404' }],
  ['/key/list', { message: NOT_FOUND, type: 'internal_server_error', param: 'None', code: '404' }],
  ['/key/update', { message: NOT_FOUND, type: 'auth_error', param: 'None', code: '404' }],
])('%s states what it refuses as LiteLLM does there', (route, error) => {
  expect(statedError(refuseDict(404, 'No such thing'), route).toJSON()).toEqual({ error })
})

test('an endpoint without a form of its own leaves it to FastAPI', () => {
  expect(statedError(refuseDict(404, 'No such thing'), '/team/delete').toJSON()).toEqual({
    detail: { error: 'No such thing' },
  })
  expect(statedError(refuseDict(422, 'No id', 'message'), '/team/delete').toJSON()).toEqual({
    detail: { message: 'No id' },
  })
  expect(statedError(refuse(400, 'No such thing'), '/team/delete').toJSON()).toEqual({ detail: 'No such thing' })
})

test('an error with a type of its own is stated alike everywhere', () => {
  const error = { message: 'No', type: 'bad_request_error', param: 'key', code: '400' }
  for (const route of ['/key/generate', '/key/update', '/team/delete']) {
    const refusal = refuse(400, 'No', { type: 'bad_request_error', param: 'key' })
    expect(statedError(refusal, route).toJSON()).toEqual({ error })
  }
})

test('code, status and cause stay, for those who tell errors apart', () => {
  const cause = new Error('deep')
  const stated = statedError(refuse(403, 'No', { cause }), '/key/generate')
  expect([stated.code, stated.status, stated.cause, stated.message]).toEqual(['forbidden', 403, cause, 'No'])
})
