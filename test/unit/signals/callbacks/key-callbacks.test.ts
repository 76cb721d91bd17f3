import { expect, test } from '@jest/globals'
import { keyCallbacks, keySink } from '../../../../src/signals/callbacks/key-callbacks.ts'
import type { VirtualKey } from '../../../../src/types.ts'
import { startCallbackServer } from '../../../support/callback-server.ts'
import { aKey } from '../../../support/facts.ts'

const VARS = { langfuse_public_key: 'pk-own', langfuse_secret_key: 'sk-own' }
const entry = (more: object = {}) => ({
  callback_name: 'langfuse',
  callback_type: 'success',
  callback_vars: VARS,
  ...more,
})
const OWN = { LANGFUSE_PUBLIC_KEY: 'pk-own', LANGFUSE_SECRET_KEY: 'sk-own' }

test.each([
  ['one entry', [entry()], [{ name: 'langfuse', hears: 'success', variables: OWN }]],
  [
    'both kinds',
    [entry({ callback_type: 'success_and_failure' })],
    [{ name: 'langfuse', hears: undefined, variables: OWN }],
  ],
  ['a name that is not there', [entry({ callback_name: 'mlflow' })], []],
  [
    'a variable of another callback',
    [entry({ callback_vars: { dd_api_key: 'x' } })],
    [{ name: 'langfuse', hears: 'success', variables: {} }],
  ],
  [
    'a reference to the environment',
    [entry({ callback_vars: { langfuse_secret_key: 'os.environ/LITELLM_MASTER_KEY' } })],
    [{ name: 'langfuse', hears: 'success', variables: {} }],
  ],
  ['what is no list', 'langfuse', []],
  ['what is no entry', [null, 5, { callback_name: 7 }, { callback_name: 'langfuse', callback_vars: 'x' }], []],
] as const)('the callbacks of a key: %s', (_, logging, callbacks) => {
  expect(keyCallbacks({ metadata: { logging }, teamMetadata: {} })).toEqual(callbacks)
})

test('those of a team count for keys that have none', () => {
  const team = { logging: [entry({ callback_name: 'datadog', callback_vars: {} })] }
  expect(keyCallbacks({ metadata: {}, teamMetadata: team }).map(({ name }) => name)).toEqual(['datadog'])
  expect(keyCallbacks({ metadata: { logging: [entry()] }, teamMetadata: team }).map(({ name }) => name)).toEqual([
    'langfuse',
  ])
})

async function setup(logging: unknown, { env = {} }: { env?: Record<string, string> } = {}) {
  const server = await startCallbackServer()
  const keys = new Map<string, VirtualKey>([['k', aKey({ hashedToken: 'k', metadata: { logging } })]])
  const sink = keySink('langfuse', {
    env: { LANGFUSE_HOST: server.url, ...env },
    settings: { langfuseDefaultTags: [], authorizer: { authorize: async () => ({}) } },
    find: async (hash) => keys.get(hash),
  })
  const tell = () =>
    sink.deliver([{ id: 'a', status: 'success', payload: {}, owner: 'k' }], new AbortController().signal)
  return { ...server, keys, tell }
}

test('a call is told with the credentials that its key has now', async () => {
  const env = { LANGFUSE_PUBLIC_KEY: 'pk-gateway', LANGFUSE_SECRET_KEY: 'sk-gateway' }
  const { accepted, keys, tell } = await setup([entry()], { env })
  await tell()
  keys.set('k', aKey({ metadata: { logging: [entry({ callback_vars: { ...VARS, langfuse_public_key: 'pk-new' } })] } }))
  await tell()
  expect(accepted.map(({ headers }) => headers['x-langfuse-public-key'])).toEqual(['pk-own', 'pk-new'])
})

test('a key that has no such callback any more refuses its calls', async () => {
  const { accepted, keys, tell } = await setup([entry()])
  keys.delete('k')
  await expect(tell()).rejects.toMatchObject({ isRefused: true, message: 'The key has no callback langfuse any more' })
  expect(accepted).toEqual([])
})

test('a key cannot send the gateway to an address of its own', async () => {
  const { received, tell } = await setup([entry({ callback_vars: { ...VARS, langfuse_host: 'http://127.0.0.1:1' } })])
  await expect(tell()).rejects.toMatchObject({
    isRefused: true,
    message: 'LANGFUSE_HOST of a key must be that of the gateway',
  })
  expect(received).toEqual([])
})

test('credentials that are missing, and ones that are wrong, hold up no other key', async () => {
  const without = await setup([entry({ callback_vars: {} })])
  await expect(without.tell()).rejects.toMatchObject({ isRefused: true, message: 'LANGFUSE_PUBLIC_KEY is missing' })
  const wrong = await setup([entry()])
  wrong.behave(401, 503)
  await expect(wrong.tell()).rejects.toMatchObject({ isRefused: true })
  await expect(wrong.tell()).rejects.toMatchObject({ isRefused: false })
})

test("a key cannot choose a bucket, a table or a file of the gateway's", async () => {
  const logging = [entry({ callback_name: 'gcs_bucket', callback_vars: { gcs_path_service_account: '/etc/passwd' } })]
  const sink = keySink('gcs_bucket', {
    env: { GCS_BUCKET_NAME: 'ours' },
    settings: { langfuseDefaultTags: [], authorizer: { authorize: () => Promise.reject(new Error('asked')) } },
    find: async () => aKey({ metadata: { logging } }),
  })
  const batch = [{ id: 'a', status: 'success' as const, payload: {}, owner: 'k' }]
  await expect(sink.deliver(batch, new AbortController().signal)).rejects.toMatchObject({
    isRefused: true,
    message: 'GCS_PATH_SERVICE_ACCOUNT of a key must be that of the gateway',
  })
})
